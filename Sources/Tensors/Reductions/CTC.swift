internal import CKernels

extension Tensor {
    /// The CTC loss `[n]` (Graves et al. 2006): −ln of the probability that logits `[n, steps, classes]` spell labels
    /// `[n, length]`, summed over all alignments, with blanks between labels and repeats of them. Blanks and negative
    /// numbers among the labels are padding.
    package func temporalClassification(_ labels: Tensor, blank: Int) -> Tensor {
        let (n, steps, classes) = (shape[0], shape[1], shape[2])
        let sentences = spelled(labels, blank: blank)
        let out = Storage(count: n, dtype: dtype)
        let isWanted = isTracked && isRecordingGraph
        let gradients = Storage(count: isWanted ? count : 0, dtype: dtype)
        ThreadPool.forEach(count: n, minimumPerChunk: Swift.max(1, (1 << 12) / Swift.max(steps * classes, 1))) {
            [self] in
            for row in $0 {
                let words = sentences[row], from = row * steps * classes
                let scratch = Storage(count: steps * (classes + 2 * (2 * words.count + 1)), dtype: .float64)
                if dtype == .float32 {
                    out.floats[row] = Float(
                        ck_ctc_float(
                            storage.floats + from, steps, classes, words, words.count, Int32(blank), scratch.doubles,
                            isWanted ? gradients.floats + from : nil))
                } else {
                    out.doubles[row] = ck_ctc_double(
                        storage.doubles + from, steps, classes, words, words.count, Int32(blank), scratch.doubles,
                        isWanted ? gradients.doubles + from : nil)
                }
            }
        }
        let gradient = isWanted ? Tensor(storage: gradients, shape: shape) : self.detached()
        return .recorded(out, [n], from: self, as: "ctc") { dy, logits, _ in
            guard isRecordingGraph else { return dy.reshaped(to: [n, 1, 1]).times(gradient) }
            return grad(logits.pathSums(sentences, blank: blank), of: [logits], along: dy, createGraph: true)[0]
        }
    }

    /// The same, composed of differentiable operations: the forward variables of all sequences, step by step.
    private func pathSums(_ sentences: [[Int32]], blank: Int) -> Tensor {
        let (n, steps) = (shape[0], shape[1])
        let positions = 2 * (sentences.map(\.count).max() ?? 0) + 1
        // Blanks around the labels: blank, l₁, blank, l₂, …, blank.
        let classes = sentences.flatMap { words in
            (0..<positions).map { $0 % 2 == 1 && $0 / 2 < words.count ? words[$0 / 2] : Int32(blank) }
        }
        let jumps = sentences.flatMap { words in
            (0..<positions).map { $0 % 2 == 1 && $0 > 2 && $0 / 2 < words.count && words[$0 / 2] != words[$0 / 2 - 1] }
        }
        let ends = sentences.flatMap { words in
            (0..<positions).map { $0 == 2 * words.count || $0 == 2 * words.count - 1 }
        }
        // Far below the logarithm of any probability, and finite: differences of infinities have no gradient.
        let never = -1e30
        let cannotJump = .!Tensor(jumps, shape: [n, positions])
        let spelled = Tensor(classes, shape: [n, 1, positions]).broadcast(to: [n, steps, positions])
        let emissions = logSoftmax().taken(at: spelled, axis: 2).unstacked(axis: 1)
        let isBeginning = Tensor((0..<positions).map { $0 < 2 })
        var alpha = emissions[0].masked(.!isBeginning.broadcast(to: [n, positions]), with: never)
        func shifted(_ distance: Int) -> Tensor {
            guard distance < positions else { return .full([n, positions], never, dtype: dtype) }
            let none = Tensor.full([n, distance], never, dtype: dtype)
            return .concatenate([none, alpha[0..<n, 0..<(positions - distance)]], axis: 1)
        }
        for emission in emissions.dropFirst() {
            let paths = Tensor.stack([alpha, shifted(1), shifted(2).masked(cannotJump, with: never)])
            alpha = paths.logSumExp(axes: 0) + emission
        }
        return -alpha.masked(.!Tensor(ends, shape: [n, positions]), with: never).logSumExp(axes: 1)
    }

    /// The labels of each sequence without padding, checked.
    private func spelled(_ labels: Tensor, blank: Int) -> [[Int32]] {
        let (steps, classes) = (shape[1], shape[2])
        guard steps > 0, (0..<classes).contains(blank) else {
            Failure.raise(
                ValueError(
                    operation: "ctc",
                    message:
                        "blank must be one of the \(classes) classes of at least 1 step, got \(blank) and \(steps) steps",
                    hint: "add one class for the blank: Dense(labels + 1)"))
        }
        let length = labels.shape[1], all = labels.ints
        return (0..<labels.shape[0]).map { row in
            let words = all[row * length..<(row + 1) * length].filter { $0 != blank && $0 >= 0 }
            let repeats = zip(words, words.dropFirst()).count { $0 == $1 }
            guard words.allSatisfy({ $0 < classes }), words.count + repeats <= steps else {
                Failure.raise(
                    ValueError(
                        operation: "ctc",
                        message:
                            "\(steps) steps of \(classes) classes cannot spell the \(words.count) labels of sequence \(row)",
                        hint:
                            "labels must be below the number of classes, and each takes a step, with one more between equal ones"
                    ))
            }
            return words.map { Int32($0) }
        }
    }
}

/// Decodes outputs `[n, steps, classes]` of a network trained with CTC greedily: the most likely class of each step,
/// with repeats merged and blanks removed (Graves et al. 2006). The loss is `Loss.ctc`.
///
/// ```swift
/// let outputs = Tensor.oneHot(Tensor([0, 2, 2, 0, 2, 1]), classes: 3).expanded(at: 0)
/// print(ctcDecode(outputs))  // [[2, 2, 1]]
/// ```
public func ctcDecode(_ outputs: Tensor, blank: Int = 0) -> [[Int]] {
    guard outputs.rank == 3 else {
        Failure.raise(
            ShapeError(
                operation: "ctcDecode", shapes: [outputs.shape],
                message: "outputs must have 3 dimensions, got \(outputs.shape)",
                hint: "pass outputs of shape [n, steps, classes]"))
    }
    let steps = outputs.shape[1], classes = outputs.argMax(axis: -1).ints
    return (0..<outputs.shape[0]).map { row in
        let path = classes[row * steps..<(row + 1) * steps]
        return zip(path, [blank] + path.dropLast()).filter { $0 != $1 && $0 != blank }.map(\.0)
    }
}
