"""Diagnostics of a cell that is being edited, as JupyterLab's extension requests them."""

import pytest
from session import Session

TARGET = "swiftlet.diagnostics"


class Diagnostics:
    """An open comm to a kernel, and its messages."""

    def __init__(self, session, target=TARGET):
        self.session = session
        self.serial = 0
        self.messages = self.send("comm_open", {"target_name": target, "data": {}})

    def send(self, kind, content):
        client = self.session.client
        message = client.session.msg(kind, {"comm_id": "editor", **content})
        client.shell_channel.send(message)
        return list(self.session.watch(message["header"]["msg_id"]))

    def ask(self, code):
        """What is underlined of the code, and why."""
        self.serial += 1
        messages = self.send("comm_msg", {"data": {"serial": self.serial, "code": code}})
        assert [message["msg_type"] for message in messages] == ["status", "comm_msg", "status"]
        answer = messages[1]["content"]["data"]
        assert answer["serial"] == self.serial
        return [(code[found["start"]:found["end"]], found["message"]) for found in answer["diagnostics"]]


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        session.succeed("let orchard = [1, 2, 3]\nfunc pick(_ count: Int) -> Int { count }")
        yield session


@pytest.fixture
def diagnostics(session):
    return Diagnostics(session)


@pytest.mark.parametrize(
    "code, text, message",
    [
        ("let a = undefinedName + 1", "undefinedName", "cannot find 'undefinedName' in scope"),
        ("pick(\"two\")", '"two"', "cannot convert value of type 'String' to expected argument type 'Int'"),
        ('let 🙂 = "🇩🇪é"; let b: Int = 🙂', "🙂", "cannot convert value of type 'String' to specified type 'Int'"),
        ("let a = 1\nlet b = 2\norchard.cound", "cound", "value of type '[Int]' has no member 'cound'"),
        ("%time pick(unknownName)", "unknownName", "cannot find 'unknownName' in scope"),
        ("let value = await pick(\"\")", '""', "cannot convert value of type 'String' to expected argument type 'Int'"),
    ],
)
def test_a_mistake_is_underlined(diagnostics, code, text, message):
    found = diagnostics.ask(code)
    assert found and found[0][0] == text and found[0][1].startswith(message)


def test_the_compilers_suggestion_is_told(diagnostics):
    ((_, message),) = diagnostics.ask("let garden = 1\ngardn + 1")
    assert "did you mean" in message and "garden" in message


@pytest.mark.parametrize("code", ["", "let total = orchard.reduce(0, +)\ntotal", "%help", "// only a comment", "let value = await pick(2)"])
def test_nothing_is_wrong(diagnostics, code):
    assert diagnostics.ask(code) == []


def test_each_mistake_is_told(diagnostics):
    assert [text for text, _ in diagnostics.ask("let a = firstName\nlet b = secondName")] == ["firstName", "secondName"]


def test_an_open_brace_is_underlined(diagnostics):
    ((text, message),) = diagnostics.ask("func f() {\n    pick(1)\n")
    assert "this { is not closed" in message and text == "{"


def test_asking_leaves_no_trace(fresh_kernel):
    diagnostics = Diagnostics(fresh_kernel)
    assert diagnostics.ask("let never = 1") == []
    assert fresh_kernel.run("never").error is not None
    assert fresh_kernel.ask("history", raw=True, output=False, hist_access_type="tail", n=1)["history"][0][2] == "never"
    assert fresh_kernel.run("1 + 1").reply["execution_count"] == 2


def test_while_a_cell_runs_it_is_answered_too(fresh_kernel):
    diagnostics = Diagnostics(fresh_kernel)
    request = fresh_kernel.start("import Foundation\nprint(\"started\")\nThread.sleep(forTimeInterval: 3)")
    fresh_kernel.wait_for_output(request, "started")
    message = fresh_kernel.client.session.msg("comm_msg", {"comm_id": "editor", "data": {"serial": 9, "code": "nobody"}})
    fresh_kernel.client.shell_channel.send(message)
    answer = [found for found in fresh_kernel.watch(message["header"]["msg_id"]) if found["msg_type"] == "comm_msg"]
    assert answer[0]["content"]["data"]["diagnostics"][0]["message"].startswith("cannot find 'nobody'")
    assert fresh_kernel.finish(request).reply["status"] == "ok"


def test_a_closed_comm_is_not_answered(session):
    diagnostics = Diagnostics(session)
    diagnostics.send("comm_close", {"data": {}})
    messages = diagnostics.send("comm_msg", {"data": {"serial": 1, "code": "nobody"}})
    assert [message["msg_type"] for message in messages] == ["status", "status"]
