import Foundation
import Tensors
import Testing

/// Remarks on code that runs but may not do what was meant.
@Suite struct NotesTests {
    private func notes(_ body: () -> Void) -> [String] { Notes.collecting(body).notes.map(\.description) }

    @Test func aColumnAndAVectorAreNotedOnce() {
        let (outputs, targets) = (Tensor.zeros([50, 1]), Tensor.zeros([50]))
        let noted = notes { for _ in 1...3 { _ = (outputs - targets).squared().mean() } }
        #expect(
            noted == [
                "[50, 1] - [50] stretches both operands and makes [50, 50]; to pair their elements, write .expanded(at: 1) behind the one of shape [50]; for all pairs, .expanded(at: 0)"
            ])
        #expect(notes { _ = targets + outputs }[0].hasPrefix("[50] + [50, 1] stretches"))
        #expect(notes { _ = outputs .== targets }[0].contains("[50, 1] .== [50]"))
        #expect(notes { _ = outputs.maximum(targets) }[0].hasPrefix("maximum of [50, 1] and [50]"))
        #expect(notes { _ = Tensor.zeros([4, 4, 1]) * .zeros([4, 4]) }.count == 1)
        // What the note advises is silent, and right.
        let (pairs, noted1) = Notes.collecting { outputs - targets.expanded(at: 1) }
        let (table, noted2) = Notes.collecting { outputs - targets.expanded(at: 0) }
        #expect(pairs.shape == [50, 1] && table.shape == [50, 50] && noted1.isEmpty && noted2.isEmpty)
    }

    @Test func whatIsMeantIsNotNoted() {
        let x = Tensor.zeros([5, 3])
        let noted = notes {
            _ = x + .zeros([3])
            _ = x + .zeros([5, 1])
            _ = x.expanded(at: 1) - x  // [5, 1, 3] − [5, 3]: all pairs of points
            _ = Tensor.zeros([5, 1]) * .zeros([1, 5])
            _ = Tensor.zeros([5, 1]) * .zeros([3])
            _ = Tensor.zeros([1, 1]) * .zeros([1])
            _ = Tensor.zeros([5, 1]) - 1
            _ = Tensor.zeros([5, 5]).tril()
        }
        #expect(noted.isEmpty)
    }

    @Test func theyNameTheLayer() {
        let noted = notes { LayerPath.within("net") { _ = Tensor.zeros([2, 1]) - .zeros([2]) } }
        #expect(noted[0].hasPrefix("net: [2, 1] - [2]"))
    }

    /// In a process of its own, for notes are switched off everywhere.
    @Test func theyCanBeSwitchedOff() async {
        await #expect(processExitsWith: .success) {
            Notes.isEnabled = false
            precondition(Notes.collecting { _ = Tensor.zeros([2, 1]) - .zeros([2]) }.notes.isEmpty)
            Notes.isEnabled = true
            precondition(Notes.collecting { _ = Tensor.zeros([2, 1]) - .zeros([2]) }.notes.count == 1)
        }
    }

    @Test func otherProgramsReadThemOnStandardError() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            for _ in 1...3 { _ = Tensor.zeros([2, 1]) - .zeros([2]) }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.components(separatedBy: "note: [2, 1] - [2] stretches").count == 2)
    }
}
