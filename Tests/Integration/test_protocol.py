"""What the Jupyter project's own tests do not cover: input, comms, queued cells, details of replies."""

import time

import pytest
from jupyter_client.jsonutil import parse_date


def ask(kernel, kind, content):
    """Sends a shell message that the client has no method for; returns its IOPub messages."""
    message = kernel.client.session.msg(kind, content)
    kernel.client.shell_channel.send(message)
    return list(kernel.watch(message["header"]["msg_id"]))


def test_a_cell_can_ask_and_is_answered(kernel):
    request = kernel.start('let name = readLine() ?? "nobody"\nprint("hello, \\(name)")')
    question = kernel.client.get_stdin_msg(timeout=60)
    assert question["msg_type"] == "input_request"
    assert question["parent_header"]["msg_id"] == request
    kernel.client.input("Ada")
    assert kernel.finish(request).stdout == "hello, Ada\n"


PASSWORDS = {"readPassword": 'readPassword("Key: ")!', "getpass": 'String(cString: getpass("Key: "))'}


@pytest.mark.parametrize("call", PASSWORDS.values(), ids=PASSWORDS)
def test_a_password_is_asked_for_and_not_shown(kernel, call):
    kernel.succeed("import Glibc\nimport Notebook")
    request = kernel.start(f"let key = {call}\nprint(key.count)")
    question = kernel.client.get_stdin_msg(timeout=60)
    assert question["content"] == {"prompt": "Key: ", "password": True}
    kernel.client.input("secret")
    outcome = kernel.finish(request)
    assert (outcome.stdout, outcome.stderr, outcome.error) == ("6\n", "", None)


def test_nobody_is_asked_for_a_password_where_nobody_is(kernel):
    assert kernel.run("import Notebook\nreadPassword() == nil", allow_stdin=False).result == "true"


def test_foundation_reads_standard_input(kernel):
    request = kernel.start("import Foundation\nlet line = FileHandle.standardInput.availableData\nprint(String(decoding: line, as: UTF8.self))")
    assert kernel.client.get_stdin_msg(timeout=60)["content"] == {"prompt": "", "password": False}
    kernel.client.input("Ada")
    assert kernel.finish(request).stdout == "Ada\n\n"


def test_a_cell_that_waits_for_an_answer_can_be_interrupted(kernel):
    request = kernel.start("let answer = readLine()")
    kernel.client.get_stdin_msg(timeout=60)
    kernel.interrupt()
    kernel.finish(request)
    assert kernel.run("6 * 7").result == "42"


def test_a_front_end_that_cannot_answer_is_not_asked(kernel):
    assert kernel.run("readLine() == nil", allow_stdin=False).result == "true"


def test_queued_cells_run_in_order(kernel):
    kernel.succeed("var last = -1")
    requests = [kernel.start(f"last = {index}; print(last)") for index in range(20)]
    assert [kernel.finish(request).stdout for request in requests] == [f"{index}\n" for index in range(20)]


def test_each_queued_cell_after_an_error_is_answered_as_python3_does(kernel):
    """Without a count: a front end would number the cell as if it had run."""
    requests = [kernel.start("let none: [Int] = []; print(none[1])")] + [kernel.start("1") for _ in range(3)]
    outcomes = [kernel.finish(request) for request in requests]
    for outcome in outcomes[1:]:
        assert outcome.kinds == ["status", "status"]
        assert outcome.reply == {"status": "aborted"} and outcome.metadata["status"] == "aborted"


def test_an_error_that_is_expected_stops_nothing(kernel):
    failing = kernel.start("let nothing: [Int] = []; print(nothing[1])", stop_on_error=False)
    following = kernel.start("3 * 3")
    assert kernel.finish(failing).error is not None
    assert kernel.finish(following).result == "9"


def test_an_unknown_comm_is_closed_again(kernel):
    content = {"comm_id": "c", "target_name": "nobody", "data": {}}
    messages = ask(kernel, "comm_open", content)
    assert [message["msg_type"] for message in messages] == ["status", "comm_close", "status"]
    assert messages[1]["content"]["comm_id"] == "c"
    assert kernel.ask("comm_info")["comms"] == {}


@pytest.mark.parametrize("kind", ["make_coffee_request", "comm_msg"])
def test_a_request_without_an_answer_is_busy_and_idle(kernel, kind):
    states = [message["content"]["execution_state"] for message in ask(kernel, kind, {"comm_id": "none", "data": {}})]
    assert states == ["busy", "idle"]


def test_a_reply_says_when_its_cell_started(kernel):
    before = time.time()
    request = kernel.start("1")
    list(kernel.watch(request))
    reply = kernel.client.get_shell_msg(timeout=60)
    assert before - 1 < parse_date(reply["metadata"]["started"]).timestamp() < time.time() + 1
