"""Exact sequences of messages, as ipykernel's test suites require them."""

import pytest
from session import Session


def lines(outcome):
    """The broadcast messages, one line for each."""

    def line(message):
        kind, content = message["msg_type"], message["content"]
        text = content.get("data", {}).get("text/plain", "")
        return {
            "status": lambda: content["execution_state"],
            "execute_input": lambda: f"input [{content['execution_count']}] {content['code']}",
            "stream": lambda: f"{content['name']}: {content['text']}",
            "execute_result": lambda: f"result [{content['execution_count']}] {text}",
            "error": lambda: f"error {content['ename']}",
            "clear_output": lambda: f"clear wait={content['wait']}",
        }.get(kind, lambda: f"{kind} {text}")()

    return [line(message) for message in outcome.messages]


@pytest.fixture(scope="module")
def kernel():
    with Session() as session:
        yield session


def count(kernel):
    return kernel.run("0", store_history=False).reply["execution_count"]


def test_a_cell_that_shows_everything(kernel):
    kernel.succeed("import Swiftlet")
    code = 'print("one")\nlet handle = display(1)\nprint("two")\nhandle.update(2)\nclearOutput(wait: true)\nprint("three")\n6 * 7'
    number = count(kernel) + 1
    assert lines(kernel.run(code)) == [
        "busy", f"input [{number}] {code}", "stdout: one\n", "display_data 1", "stdout: two\n", "update_display_data 2", "clear wait=True",
        "stdout: three\n", f"result [{number}] 42", "idle",
    ]


def test_a_display_is_updated_from_a_later_cell(kernel):
    kernel.succeed("import Swiftlet")
    shown = kernel.run("let later = display(1)").of_type("display_data")[0]
    updated = kernel.run("later.update(2)").of_type("update_display_data")[0]
    assert updated["transient"]["display_id"] == shown["transient"]["display_id"] and updated["data"]["text/plain"] == "2"


def test_a_silent_cell_shows_nothing_and_is_not_counted(kernel):
    before = count(kernel)
    silent = kernel.run('print("noise")\nlet fromSilence = 41', silent=True)
    assert lines(silent) == ["busy", "idle"]
    assert silent.reply["status"] == "ok" and silent.reply["execution_count"] == before
    assert lines(kernel.run("fromSilence + 1"))[-2] == f"result [{before + 1}] 42"


def test_a_silent_cell_that_fails_shows_nothing_either(kernel):
    outcome = kernel.run("let broken: Int = \"no\"", silent=True)
    assert lines(outcome) == ["busy", "idle"] and outcome.reply["status"] == "error"


def test_only_stored_cells_are_counted(kernel):
    before = count(kernel)
    counts = [kernel.run("0", store_history=stored).reply["execution_count"] for stored in (True, False, True)]
    assert counts == [before + 1, before + 1, before + 2]


def test_an_error_is_one_message_and_the_reply_says_the_same(kernel):
    number = count(kernel) + 1
    code = "let few = [1]\nfew[9]"
    outcome = kernel.run(code)
    kinds = lines(outcome)
    assert kinds[:2] == ["busy", f"input [{number}] {code}"] and kinds[-1] == "idle" and len(kinds) == 4
    error = outcome.of_type("error")[0]
    assert outcome.reply["status"] == "error" and outcome.reply["execution_count"] == number
    assert all(outcome.reply[key] == error[key] for key in ("ename", "evalue", "traceback"))


def test_user_expressions_are_answered_one_by_one(kernel):
    kernel.succeed("let width = 6")
    answers = kernel.run("let height = 7", user_expressions={"area": "width * height", "none": "depth", "": "1 +"}).reply["user_expressions"]
    assert answers["area"]["status"] == "ok" and answers["area"]["data"]["text/plain"] == "42"
    for name in ("none", ""):
        assert answers[name]["status"] == "error" and answers[name]["ename"] and isinstance(answers[name]["traceback"], list)
    # A cell that failed has none.
    assert kernel.run("let text: Int = \"no\"", user_expressions={"area": "width"}).reply["user_expressions"] == {}


def test_nothing_but_cells_is_given_up_after_an_error(kernel):
    failing = kernel.start("import Glibc\nsleep(1)\nlet nobody: [Int] = []; print(nobody[1])")
    cell = kernel.start("1")
    question = kernel.client.is_complete("1 + 1")
    assert kernel.finish(failing).error
    replies = {}
    while len(replies) < 2:
        reply = kernel.client.get_shell_msg(timeout=60)
        replies[reply["parent_header"]["msg_id"]] = reply["content"]
    assert replies[cell]["status"] == "aborted" and replies[question]["status"] == "complete"


def test_a_request_on_shell_and_on_control_is_answered_where_it_came_from(kernel):
    client = kernel.client
    message = client.session.msg("kernel_info_request", {})
    client.control_channel.send(message)
    reply = client.get_control_msg(timeout=30)
    assert reply["parent_header"]["msg_id"] == message["header"]["msg_id"]
    shell = kernel.ask("kernel_info")
    assert reply["content"] == shell and shell["supported_features"] == [] and shell["protocol_version"] == "5.5"


def test_every_message_names_its_request_and_its_sender(kernel):
    request = kernel.start("print(1)")
    messages = list(kernel.watch(request))
    reply = kernel.client.get_shell_msg(timeout=60)
    headers = [message["header"] for message in [*messages, reply]]
    assert len({header["msg_id"] for header in headers}) == len(headers)
    assert {header["session"] for header in headers} == {headers[0]["session"]} != {kernel.client.session.session}
    assert {message["parent_header"]["msg_id"] for message in messages} == {request}


def test_connect_tells_the_ports(kernel):
    message = kernel.client.session.msg("connect_request", {})
    kernel.client.shell_channel.send(message)
    reply = kernel.client.get_shell_msg(timeout=30)["content"]
    info = kernel.client.get_connection_info()
    assert all(reply[name] == info[name] for name in ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port"))
