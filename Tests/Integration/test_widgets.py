"""Widgets, message by message, as a front end sends and receives them."""

import time

import pytest

VIEW = "application/vnd.jupyter.widget-view+json"
COMMS = {"comm_open", "comm_msg", "comm_close"}


class Widgets:
    """A front end that knows what the kernel's widgets have told it."""

    def __init__(self, session):
        self.session = session
        self.states = {}

    def run(self, code):
        outcome = self.session.succeed(code)
        for message in outcome.messages:
            self.note(message)
        return outcome

    def note(self, message):
        content = message["content"]
        if message["msg_type"] == "comm_open":
            assert content["target_name"] == "jupyter.widget"
            assert message["metadata"] == {"version": "2.1.0"}
            self.states[content["comm_id"]] = content["data"]["state"]
        elif message["msg_type"] == "comm_msg" and content["data"]["method"] in ("update", "echo_update"):
            self.states[content["comm_id"]].update(content["data"]["state"])
        elif message["msg_type"] == "comm_close":
            del self.states[content["comm_id"]]

    def find(self, model, **state):
        """The name of the newest widget of a kind."""
        return [
            name for name, found in self.states.items()
            if found["_model_name"] == model + "Model" and state.items() <= found.items()
        ][-1]

    def send(self, kind, content, buffers=None):
        message = self.session.client.session.msg(kind, content)
        self.session.client.session.send(self.session.client.shell_channel.socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def interrupt(self):
        message = self.session.client.session.msg("interrupt_request", {})
        self.session.client.control_channel.send(message)
        return message["header"]["msg_id"]

    def say(self, widget, data, until=None):
        """Sends a message to a widget. Returns the messages that follow: up to `idle`, or until one matches."""
        return self.hear(self.send("comm_msg", {"comm_id": widget, "data": data}), until)

    def change(self, widget, until=None, **state):
        return self.say(widget, {"method": "update", "state": state, "buffer_paths": []}, until)

    def hear(self, request, until=None, timeout=30):
        """The messages from a request's `busy` to its `idle`; with `until`, up to one that matches, whatever its parent."""
        heard, is_handled, is_found = [], False, until is None
        end = time.monotonic() + timeout
        while not (is_handled and is_found):
            message = self.session.client.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
            self.note(message)
            heard.append(message)
            is_own = message["parent_header"].get("msg_id") == request
            is_handled = is_handled or is_own and message["content"].get("execution_state") == "idle"
            is_found = is_found or until(message)
        return heard


def brief(messages):
    """The messages as text for comparison."""
    words = []
    for message in messages:
        content = message["content"]
        match message["msg_type"]:
            case "status": words.append(content["execution_state"])
            case "stream": words.append(f"{content['name']}: {content['text'].strip()}")
            case "comm_msg": words.append(f"{content['data']['method']} {content['data'].get('state', '')}".strip())
            case kind: words.append(kind)
    return words


def printed(text):
    return lambda message: message["msg_type"] == "stream" and text in message["content"]["text"]


@pytest.fixture
def widgets(kernel):
    kernel.succeed("import Swiftlet")
    return Widgets(kernel)


def test_a_widget_is_opened_with_its_parts_and_shown(widgets):
    outcome = widgets.run('import Swiftlet\nlet shown = Slider("epochs", 1...20, value: 3)\nshown')
    assert outcome.kinds == ["status", "execute_input", "comm_open", "comm_open", "comm_open", "execute_result", "status"]
    opened = outcome.of_type("comm_open")
    assert [content["data"]["state"]["_model_name"] for content in opened] == [
        "LayoutModel", "SliderStyleModel", "IntSliderModel"]
    assert [content["data"]["buffer_paths"] for content in opened] == [[], [], []]
    state = opened[2]["data"]["state"]
    assert (state["layout"], state["style"]) == tuple(f"IPY_MODEL_{content['comm_id']}" for content in opened[:2])
    assert outcome.results[0] == {
        VIEW: {"model_id": opened[2]["comm_id"], "version_major": 2, "version_minor": 0}, "text/plain": "epochs: 3"}
    assert widgets.run("shown").kinds == ["status", "execute_input", "execute_result", "status"]


def test_a_slider_that_moves_is_heard_by_swift_and_the_other_way_round(widgets):
    widgets.run('let moved = Slider("rate", 0.001...0.1, value: 0.01)\nmoved')
    slider = widgets.find("FloatSlider")
    assert brief(widgets.change(slider, value=0.05)) == ["busy", "echo_update {'value': 0.05}", "idle"]
    assert widgets.run("moved.value").result == "0.05"
    outcome = widgets.run("moved.value = 7")
    assert [content["data"] for content in outcome.of_type("comm_msg")] == [
        {"method": "update", "state": {"value": 0.1}, "buffer_paths": []}]


def test_a_variable_is_what_its_slider_says(widgets):
    outcome = widgets.run('@Slider("learning rate", 0.0001...0.1, log: true) var rate = 0.01\nfunc twice() -> Double { 2 * rate }')
    assert outcome.displays[0]["text/plain"] == "learning rate: 0.01"
    widgets.change(widgets.find("FloatLogSlider"), value=0.03)
    assert widgets.run("(rate, twice())").result == "(0.03, 0.06)"
    outcome = widgets.run("rate = 0.002\n$rate.label = \"rate\"")
    assert [content["data"]["state"] for content in outcome.of_type("comm_msg")] == [
        {"value": 0.002}, {"description": "rate"}]


def test_code_that_watches_a_slider_prints_under_its_cell(widgets):
    outcome = widgets.run('let watched = Slider("n", 0...9)\nwatched.onChange { print("now", $0) }\nwatched')
    cell = outcome.messages[0]["parent_header"]["msg_id"]
    heard = widgets.change(widgets.find("IntSlider"), until=printed("now 4"), value=4)
    assert brief(heard)[:3] == ["busy", "echo_update {'value': 4}", "idle"]
    assert [m["parent_header"]["msg_id"] for m in heard if m["msg_type"] == "stream"] == [cell]
    assert widgets.run("watched.value").result == "4"


@pytest.mark.parametrize("code, error", [
    ("struct Mistake: Error {}\n", "throw Mistake()"), ("let none: [Int] = []\n", "print(none[$0])"),
    ("", 'fatalError("too large")'), ("", "print(Tensor([1, 2]).matmul(Tensor([1, 2, 3])))"),
])
def test_code_that_fails_says_so_and_nothing_is_lost(widgets, code, error):
    widgets.run(f'{code}let fragile = Slider("n", 0...9)\nvar calls = 0\nfragile.onChange {{\n  calls += 1\n  if $0 == 3 {{ {error} }}\n  print("fine")\n}}\nfragile')
    slider = widgets.find("IntSlider")
    heard = widgets.change(slider, until=printed("is kept"), value=3)
    text = "".join(m["content"]["text"] for m in heard if m["msg_type"] == "stream")
    assert "line" in text and f"if $0 == 3 {{ {error} }}" in text
    assert {m["content"]["name"] for m in heard if m["msg_type"] == "stream"} == {"stderr"}
    widgets.change(slider, until=printed("fine"), value=4)
    assert widgets.run("calls").result == "2"


def test_a_button_runs_code_and_shows_that_the_kernel_is_busy(widgets):
    widgets.run('var clicks = 0\nButton("go") {\n  clicks += 1\n  print("click", clicks)\n}')
    click = {"method": "custom", "content": {"event": "click"}}
    button = widgets.find("Button")
    request = widgets.send("comm_msg", {"comm_id": button, "data": click})
    is_idle = lambda message: message["content"].get("execution_state") == "idle"  # noqa: E731
    heard = []
    while sum(map(is_idle, heard)) < 2:
        heard.append(widgets.session.client.get_iopub_msg(timeout=30))
    assert brief(heard) == ["busy", "idle", "busy", "stdout: click 1", "idle"]
    assert [m["parent_header"]["msg_id"] == request for m in heard] == [True, True, True, False, True]
    widgets.say(button, click, until=printed("click 2"))


def test_interact_shows_what_is_made_of_the_controls(widgets):
    outcome = widgets.run(
        'interact(Slider("n", 1...9, value: 2), Dropdown("of", ["a", "b"])) { n, of in\n  print("printed", n)\n  return String(repeating: of, count: n)\n}')
    assert outcome.displays[0]["text/plain"] == "n: 2\nof: a\nOutput"
    area = widgets.find("Output")
    texts = lambda: [o.get("text") or o["data"]["text/plain"] for o in widgets.states[area]["outputs"]]  # noqa: E731
    assert texts() == ["printed 2\n", '"aa"']
    has = lambda text: lambda m: m["content"].get("comm_id") == area and texts()[-1:] == [text]  # noqa: E731
    widgets.change(widgets.find("IntSlider", description="n"), until=has('"aaa"'), value=3)
    assert texts() == ["printed 3\n", '"aaa"']
    widgets.change(widgets.find("Dropdown"), until=has('"bbb"'), index=1)
    assert widgets.states[widgets.find("VBox")]["children"][-1] == f"IPY_MODEL_{area}"


def test_a_mistake_in_interact_is_shown_in_its_place(widgets):
    widgets.run('let few = [10, 20]\ninteract(Slider("index", 0...9)) { few[$0] }')
    area = widgets.find("Output")
    kinds = lambda: [o["output_type"] for o in widgets.states[area]["outputs"]]  # noqa: E731
    slider = widgets.find("IntSlider", description="index")
    widgets.change(slider, until=lambda _: kinds() == ["error"], value=5)
    error = widgets.states[area]["outputs"][0]
    assert (error["ename"], "Index out of range" in error["evalue"]) == ("FatalError", True)
    widgets.change(slider, until=lambda _: kinds() == ["display_data"], value=1)


def test_a_slider_moved_during_a_training_takes_effect_at_the_next_step(widgets):
    widgets.run("""
        let weights = try Sequential(input: [1]) { Dense(1) }
        let optimizer = SGD(for: weights, learningRate: 0.5)
        let speed = FloatSlider("speed", 0...1, value: 0.5)
        var seen: [Double] = [], changes: [Int] = []
        speed.onChange { seen.append($0); changes.append(optimizer.stepCount); optimizer.learningRate = $0 }
        display(speed)
    """)
    slider = widgets.find("FloatSlider", description="speed")
    running = widgets.session.start("""
        while optimizer.learningRate == 0.5 {
            optimizer.minimize { weights(.ones([1, 1])).sum() }
            if optimizer.stepCount == 3 { print("begun") }
        }
        (seen, optimizer.learningRate, speed.value, changes[0] == optimizer.stepCount - 1)
    """)
    widgets.session.wait_for_output(running, "begun")
    moved = widgets.send("comm_msg", {"comm_id": slider, "data": {"method": "update", "state": {"value": 0.25}}})
    heard, results = [], []
    while not results or brief(heard)[-1] != "idle":
        heard.append(widgets.session.client.get_iopub_msg(timeout=60))
        results += [m["content"]["data"]["text/plain"] for m in heard[-1:] if m["msg_type"] == "execute_result"]
    assert results == ["([0.25], 0.25, 0.25, true)"]
    assert brief(m for m in heard if m["parent_header"]["msg_id"] == moved) == ["busy", "echo_update {'value': 0.25}", "idle"]
    assert brief(m for m in heard if m["parent_header"]["msg_id"] == running) == ["busy", "execute_result", "idle"]
    assert widgets.session.client.get_shell_msg(timeout=10)["content"]["status"] == "ok"


def test_a_trap_in_watching_code_does_not_cost_the_training(widgets):
    widgets.run("""
        let trained = try Sequential(input: [1]) { Dense(1) }
        let steps = SGD(for: trained, learningRate: 0.5)
        let trap = Slider("trap", 0...9)
        trap.onChange { _ in [Int]()[0] }
        var isDone = false
        Button("done") { isDone = true }
    """)
    widgets.run("trap")
    running = widgets.session.start("""
        while !isDone {
            steps.minimize { trained(.ones([1, 1])).sum() }
            if steps.stepCount == 3 { print("begun") }
        }
        "trained"
    """)
    widgets.session.wait_for_output(running, "begun")
    heard = widgets.change(widgets.find("IntSlider", description="trap"), until=printed("is kept"), value=1)
    assert "Index out of range" in "".join(m["content"].get("text", "") for m in heard)
    widgets.send("comm_msg", {
        "comm_id": widgets.find("Button", description="done"),
        "data": {"method": "custom", "content": {"event": "click"}}})
    assert widgets.session.finish(running).result == '"trained"'


def test_endless_code_of_a_widget_is_interrupted(widgets):
    widgets.run('let endless = Button("endless") {\n  print("looping")\n  var n = 0\n  while true { n &+= 1 }\n}\nendless\nlet kept = 5')
    widgets.run("endless")
    click = {"method": "custom", "content": {"event": "click"}}
    widgets.say(widgets.find("Button", description="endless"), click, until=printed("looping"))
    request = widgets.interrupt()
    widgets.hear(request, until=printed("Interrupted"))
    assert widgets.run("kept").result == "5"


def test_states_are_restored_after_a_page_was_loaded_anew(widgets):
    widgets.run('import Foundation\nlet restored = Slider("restored", 1...9)\nlet picture = Image(png: Data([1, 2, 3]))\nHBox(restored, picture)')
    slider, image = widgets.find("IntSlider", description="restored"), widgets.find("Image")
    widgets.change(slider, value=7)
    widgets.hear(widgets.send("comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}}))
    answer = [m for m in widgets.hear(widgets.send("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}}))
              if m["msg_type"] == "comm_msg"]
    assert len(answer) == 1
    data = answer[0]["content"]["data"]
    assert data["method"] == "update_states"
    assert data["states"][slider]["state"]["value"] == 7
    assert {k: v for k, v in data["states"][slider].items() if k != "state"} == {
        "model_name": "IntSliderModel", "model_module": "@jupyter-widgets/controls", "model_module_version": "2.0.0"}
    index = data["buffer_paths"].index([image, "state", "value"])
    assert bytes(answer[0]["buffers"][index]) == b"\x01\x02\x03"
    assert set(widgets.states) <= set(data["states"])
    widgets.session.client.comm_info(target_name="jupyter.widget")
    info = widgets.session.client.get_shell_msg(timeout=10)["content"]
    assert set(data["states"]) == set(info["comms"])


def test_one_widget_answers_with_its_state(widgets):
    widgets.run('Label("asked")')
    label = widgets.find("Label")
    request = widgets.send("comm_msg", {"comm_id": label, "data": {"method": "request_state"}})
    answer = [m for m in widgets.hear(request) if m["msg_type"] == "comm_msg"]
    assert [m["parent_header"]["msg_id"] for m in answer] == [request]
    assert answer[0]["content"]["data"]["state"]["value"] == "asked"


def test_a_widget_that_is_closed_is_gone_for_the_front_end(widgets):
    widgets.run('let short = Label("short")\nshort')
    label = widgets.find("Label", value="short")
    outcome = widgets.run("short.close()")
    assert [content["comm_id"] for content in outcome.of_type("comm_close")][0] == label
    assert brief(widgets.say(label, {"method": "request_state"})) == ["busy", "idle"]


def test_a_snapshot_that_takes_over_has_its_widgets_and_no_later_ones(fresh_kernel):
    widgets = Widgets(fresh_kernel)
    widgets.run('import Swiftlet\nimport Foundation\nlet early = Slider("early", 0...9, value: 3)\nearly')
    early = widgets.find("IntSlider")
    outcome = fresh_kernel.run('early.value = 8\ndisplay(Label("late"))\nfflush(stdout)\nkill(getpid(), SIGKILL)\nsleep(10)')
    assert outcome.error is not None
    for message in outcome.messages:
        widgets.note(message)
    while widgets.states[early]["value"] != 3 or len(widgets.states) > 3:  # the cell's end does not wait for them
        widgets.note(fresh_kernel.client.get_iopub_msg(timeout=30))
    assert [state["_model_name"] for state in widgets.states.values()] == ["LayoutModel", "SliderStyleModel", "IntSliderModel"]
    widgets.change(early, value=5)
    assert widgets.run("early.value").result == "5"


def test_a_reset_closes_all_widgets(fresh_kernel):
    widgets = Widgets(fresh_kernel)
    widgets.run('import Swiftlet\nSlider("early", 0...9)')
    widgets.run("%reset")
    widgets.run("1 + 1")
    assert widgets.states == {}


def test_what_makes_no_sense_is_ignored(widgets):
    widgets.run('let sane = Slider("sane", 1...9)\nsane')
    slider = widgets.find("IntSlider", description="sane")
    for data in [{}, {"method": 3}, {"method": "update"}, {"method": "update", "state": {"value": "x", "max": 3}},
                 {"method": "update", "state": {"value": 10**30}}, {"method": "update", "state": [], "buffer_paths": [["a"]]}]:
        assert brief(widgets.say(slider, data)) == ["busy", "idle"]
    assert widgets.run("sane.value").result == "1"


MOVING = """
    import Foundation
    import Synchronization
    let entered = Atomic<Int>(0), left = Atomic<Int>(0)
    var most = 0
"""


@pytest.mark.parametrize("work", [
    "for _ in 0..<30 { usleep(100_000) }",
    "let end = Date.now.addingTimeInterval(3)\n  while Date.now < end {}",
    "var x = Tensor.ones([50, 50])\n  let end = Date.now.addingTimeInterval(3)\n  while Date.now < end { x = x.matmul(x).tanh() }",
    "let net = try Sequential(input: [2]) { Dense(8); Dense(1) }\n"
    "  try net.fit(Toys.moons(count: 400), epochs: 100_000, batchSize: 8, loss: .binaryCrossEntropy, showsProgress: n < 0)",
], ids=["sleep", "loop", "tensors", "fit"])  # fmt: skip
@pytest.mark.parametrize("isFirst", [True, False], ids=["first", "later"])
def test_interact_begins_anew_when_its_slider_moves_meanwhile(widgets, isFirst, work):
    """The run under way is stopped, and what it shows is dropped: never two at once, and the newest value wins."""
    widgets.run(MOVING)
    wait = "" if isFirst else "if n == 1 { return }\n  "
    request = widgets.session.start(
        f'try interact(Slider("n", 1...90, value: 1)) {{ n in\n  {wait}print("begun \\(n)")\n  if n == 40 {{ return }}\n  {work}\n  print("ended \\(n)")\n}}'
    )
    texts = []

    def note_until(found):
        end = time.monotonic() + 30
        while not found():
            message = widgets.session.client.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
            widgets.note(message)
            messages.append(message)
            text = "".join(o.get("text", "") for o in widgets.states.get(area(), {}).get("outputs", [])).strip()
            if text and texts[-1:] != [text]:
                texts.append(text)

    area = lambda: next((n for n, s in reversed(widgets.states.items()) if s["_model_name"] == "OutputModel"), None)  # noqa: E731
    messages = []
    ended = lambda: any(  # noqa: E731
        m["parent_header"].get("msg_id") == request and m["content"].get("execution_state") == "idle" for m in messages
    )
    if isFirst:
        note_until(lambda: texts[-1:] == ["begun 1"])
    else:
        note_until(ended)
    for value in (20, 25, 30, 40):
        widgets.send("comm_msg", {
            "comm_id": widgets.find("IntSlider", description="n"),
            "data": {"method": "update", "state": {"value": value}, "buffer_paths": []},
        })
        time.sleep(0.25)
    began = time.monotonic()
    note_until(lambda: texts[-1:] == ["begun 40"])
    if isFirst:
        note_until(ended)
    assert time.monotonic() - began < 5
    assert not any("ended" in text for text in texts), texts
    assert not any(m["msg_type"] == "error" for m in messages), [m["content"] for m in messages if m["msg_type"] == "error"]
    # Nothing stale comes later, and cells run on.
    time.sleep(0.5)
    assert widgets.run("40 + 2").result == "42"
    assert "".join(o.get("text", "") for o in widgets.states[area()]["outputs"]) == "begun 40\n"


def test_a_mistake_in_the_first_run_of_interact_ends_the_cell_at_its_line(widgets):
    outcome = widgets.session.run('let few = [10, 20]\ninteract(Slider("i", 0...9, value: 5)) { i in\n  few[i]\n}')
    assert outcome.error.name == "FatalError" and outcome.error.value.endswith("line 3: Index out of range")
    outcome = widgets.session.run('struct Odd: Error {}\ntry interact(Slider("i", 0...9, value: 5)) { i in\n  if i == 5 { throw Odd() }\n}')
    assert outcome.error.name == "Odd" and outcome.error.value.endswith("line 3: Odd()")


def test_pictures_do_not_change_what_a_training_draws(widgets):
    """A callback that draws, perhaps when the clock says so, has random numbers of its own."""
    widgets.run("""
        final class Drawing: Callback {
            let count: Int
            init(count: Int) { self.count = count }
            func stepEnded(_ report: StepReport) { for _ in 0..<count { _ = Tensor.normal([3]) } }
        }
        func loss(drawing count: Int) throws -> Double {
            Random.seed(5)
            let net = try Sequential(input: [2]) { Dense(8, activation: .tanh); Dropout(0.5); Dense(1) }
            let history = try net.fit(
                Toys.moons(count: 64), epochs: 2, batchSize: 8, loss: .binaryCrossEntropy, callbacks: [Drawing(count: count)],
                showsProgress: false)
            return history.steps.last!.averages.values[0] + Tensor.normal([1]).item()
        }
    """)
    assert widgets.run("try loss(drawing: 0) == loss(drawing: 3)").result == "true"
    widgets.run("""
        let shown = display("a")
        func draw(_ updates: Int) -> Double {
            Random.seed(6)
            for _ in 0..<updates { shown.update(Tensor.normal([2])) }
            return Tensor.normal([1]).item()
        }
    """)
    assert widgets.run("draw(0) == draw(4)").result == "true"
