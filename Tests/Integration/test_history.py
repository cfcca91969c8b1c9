"""The history is available in later sessions, and problems with its file do not affect cells."""

import os

import pytest
from session import Session


@pytest.fixture
def home(tmp_path):
    """A data folder for one test, with the path of the history in it."""
    return tmp_path / "data", tmp_path / "data" / "swiftlet" / "history.sqlite"


def start(data, **options):
    return Session(env={**os.environ, "XDG_DATA_HOME": str(data)}, **options)


def ask(kernel, kind, **options):
    return kernel.ask("history", raw=True, output=options.pop("output", False), hist_access_type=kind, **options)["history"]


def test_a_later_session_sees_an_earlier_one(home):
    data, file = home
    with start(data) as first:
        first.succeed("let first = 1")
        first.run("first + 1")
        first.run("hidden", store_history=False)
    with start(data) as second:
        assert ask(second, "tail", n=2) == [[1, 1, "let first = 1"], [1, 2, "first + 1"]]
        second.succeed("let second = 2")
        assert ask(second, "tail", n=2, output=True) == [[1, 2, ["first + 1", "2"]], [2, 1, ["let second = 2", None]]]
        assert ask(second, "range", session=-1, start=1, stop=2) == [[1, 1, "let first = 1"]]
        assert ask(second, "range", session=0, start=0, stop=99) == [[2, 1, "let second = 2"]]
        assert ask(second, "search", pattern="let *") == [[1, 1, "let first = 1"], [2, 1, "let second = 2"]]
        assert ask(second, "search", pattern="*", n=1) == [[2, 1, "let second = 2"]]
        second.restart()
        assert ask(second, "tail", n=1) == [[2, 1, "let second = 2"]]
        second.succeed("let third = 3")
        assert ask(second, "tail", n=1) == [[3, 1, "let third = 3"]]
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700


def test_two_kernels_at_once_share_it(home):
    data, _ = home
    with start(data) as one, start(data) as other:
        for session in (one, other, one, other):
            session.run("1")
        # No cell waits for the file, but a question does.
        assert len(ask(other, "search", pattern="1")) >= 2
        entries = ask(one, "search", pattern="1")
        assert sorted(entries) == [[1, 1, "1"], [1, 2, "1"], [2, 1, "1"], [2, 2, "1"]]
        assert entries[-2:] == ask(one, "range", session=0)


@pytest.mark.parametrize("trouble", ["damaged", "no folder"])
def test_a_file_that_cannot_be_used_costs_one_line_in_the_log(home, tmp_path, trouble):
    data, file = home
    if trouble == "damaged":
        file.parent.mkdir(parents=True)
        file.write_bytes(b"SQLite format 3\0" + b"\xa5" * 5000)
    else:
        data.write_text("in the way")
    with (tmp_path / "log").open("w+") as log, start(data, stderr=log) as session:
        for _ in range(2):
            assert session.run("6 * 7").kinds == ["status", "execute_input", "execute_result", "status"]
        assert ask(session, "tail", n=5) == [[1, 1, "6 * 7"], [1, 2, "6 * 7"]]
        log.seek(0)
        notes = [line for line in log if "history" in line]
        assert len(notes) == 1 and str(file) in notes[0] and "move the file away" in notes[0]
