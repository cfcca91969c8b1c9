import Foundation
import Notebook
import Testing

@Suite struct WidgetMessageTests {
    /// A slider that a front end shows, which has said so far what is of no interest.
    private func shownSlider(_ recorder: Recorder, value: Int = 3) -> Slider<Int> {
        let slider = Slider("epochs", 1...20, value: value)
        display(slider)
        _ = recorder.take()
        return slider
    }

    @Test func aWidgetIsOpenedAfterItsPartsAndOnce() {
        let said = Recorder.record { _ in
            let slider = Slider("epochs", 1...20)
            display(VBox(slider))
            display(slider)
        }
        #expect(
            said == [
                "open jupyter.widget LayoutModel", "open jupyter.widget SliderStyleModel",
                "open jupyter.widget IntSliderModel", "open jupyter.widget LayoutModel",
                "open jupyter.widget VBoxModel", "display view of epochs: 1", "display view of epochs: 1",
            ])
    }

    @Test func aWidgetThatIsNotShownSaysNothing() {
        #expect(Recorder.record { _ in Slider("epochs", 1...20).value = 5 } == [])
    }

    @Test func aChangeHereIsSent() {
        let said = Recorder.record { recorder in
            let slider = shownSlider(recorder)
            slider.value = 5
            slider.value = 5
            slider.value = 99
            slider.isDisabled = true
        }
        #expect(
            said == ["update {\"value\":5}", "update {\"value\":20}", "update {\"disabled\":true}"])
    }

    @Test func aChangeAtTheFrontEndIsEchoed() {
        let said = Recorder.record { recorder in
            let slider = shownSlider(recorder)
            recorder.change(["value": 7.0], of: slider)
            #expect(slider.value == 7)
            recorder.change(["value": 99], of: slider)
            #expect(slider.value == 20)
        }
        #expect(said == ["echo_update {\"value\":7}", "echo_update {\"value\":20}"])
    }

    @Test(
        arguments: ["value": "seven", "value ": 7, "max": 100, "_model_name": "HTMLModel", "layout": .null]
            as KeyValuePairs<String, StateValue>)
    func whatCannotBeIsIgnored(_ wish: (key: String, value: StateValue)) {
        let said = Recorder.record { recorder in
            let slider = shownSlider(recorder)
            recorder.change(.object([wish.key: wish.value]), of: slider)
            #expect(slider.value == 3)
        }
        #expect(said == [])
    }

    @Test func whatTheFrontEndAddsUpIsTidied() {
        let slider = Slider("rate", 0.5...5)
        let said = Recorder.record { recorder in
            display(slider)
            slider.value = 2
            _ = recorder.take()
            recorder.change(["value": 1.9999999999999998], of: slider)
        }
        #expect(slider.value == 2)
        #expect(said == ["echo_update {\"value\":2}"])
    }

    @Test func aWidgetAnswersWithItsState() {
        var state = ""
        let said = Recorder.record { recorder in
            let label = Label("loss")
            display(label)
            _ = recorder.take()
            recorder.say(["method": "request_state"], to: label)
            state = StateValue.object(label.state).json
        }
        #expect(said == ["update \(state)"])
    }

    @Test func onChangeSeesChangesFromBothSides() {
        var seen: [Int] = []
        _ = Recorder.record { recorder in
            let slider = shownSlider(recorder)
            slider.onChange { seen.append($0) }
            recorder.change(["value": 7], of: slider)
            recorder.change(["value": 7], of: slider)
            slider.value = 8
        }
        #expect(seen == [7, 8])
    }

    @Test func aClickRunsTheAction() {
        var clicks = 0
        _ = Recorder.record { recorder in
            let button = Button("Train") { clicks += 1 }
            display(button)
            recorder.say(["method": "custom", "content": ["event": "click"]], to: button)
            recorder.say(["method": "custom", "content": ["event": "hover"]], to: button)
        }
        #expect(clicks == 1)
    }

    @Test func aDropdownIsItsChosenOption() {
        let said = Recorder.record { recorder in
            let rate = Dropdown("rate", ["careful": 1e-4, "bold": 1e-1])
            display(rate)
            _ = recorder.take()
            recorder.change(["index": 1], of: rate)
            #expect(rate.value == 1e-1)
            recorder.change(["index": 2], of: rate)
            rate.value = 1e-4
        }
        #expect(said == ["echo_update {\"index\":1}", "update {\"index\":0}"])
    }

    @Test func aClosedWidgetSaysGoodbyeOnceAndKeepsItsValue() {
        let said = Recorder.record { recorder in
            let slider = shownSlider(recorder)
            slider.close()
            slider.close()
            slider.value = 9
            recorder.change(["value": 7], of: slider)
            #expect(slider.value == 9)
        }
        #expect(said == ["close", "close", "close"])
    }

    @Test func binaryDataTravelsBesideTheState() {
        let said = Recorder.record { recorder in
            let image = Image(png: Data([1, 2, 3]))
            display(image)
            _ = recorder.take()
            image.png = Data([4, 5])
        }
        #expect(said == ["update {} + 2 bytes"])
    }

    @Test func statesAreRestoredAfterAPageWasLoadedAnew() throws {
        let recorder = Recorder()
        FrontEnd.$taskConnection.withValue(recorder) {
            let slider = shownSlider(recorder)
            let control = "control of this test"
            OpenWidgets.receive(CommMessage(.open(target: OpenWidgets.controlTarget), id: control))
            OpenWidgets.receive(CommMessage(.message, id: control, data: #"{"method":"request_states"}"#))
            OpenWidgets.receive(CommMessage(.close, id: control))
            OpenWidgets.receive(CommMessage(.message, id: control, data: #"{"method":"request_states"}"#))
            let said = recorder.take()
            #expect(said.count == 1)
            #expect(said.first?.hasPrefix("update_states ") == true)
            slider.close()
        }
    }

    @Test func anUnknownTargetIsClosed() {
        #expect(Recorder.record { _ in OpenWidgets.receive(CommMessage(.open(target: "x"), id: "y")) } == ["close"])
    }
}

@Suite struct StateValueTests {
    @Test func buffersLeaveAndComeBack() {
        let state: StateValue = ["a": 1, "b": ["c": .binary(Data([1]))], "d": [0, .binary(Data([2, 3]))]]
        let (value, paths, buffers) = state.withoutBuffers()
        #expect(value == ["a": 1, "b": [:], "d": [0, .null]])
        #expect(paths == [["b", "c"], ["d", 1]])
        #expect(buffers == [Data([1]), Data([2, 3])])
        let message: StateValue = ["state": value, "buffer_paths": .list(paths)]
        #expect(message.withBuffers(buffers)["state"] == state)
    }

    @Test func pathsThatLeadNowhereAreIgnored() {
        let message: StateValue = ["state": ["a": [1]], "buffer_paths": [["a", 7], ["a", "b"], 3]]
        #expect(message.withBuffers([Data([1]), Data([2]), Data([3])]) == message)
    }

    @Test func jsonKeepsKindsOfNumbersAndSurvivesWhatIsNone() {
        #expect(StateValue(json: #"{"a":[1,0.5,true,null,"x"]}"#) == ["a": [1, 0.5, true, .null, "x"]])
        #expect(StateValue.list([.number(.nan), .number(0.1), 2]).json == "[null,0.1,2]")
        #expect(StateValue(json: "{") == nil)
    }
}
