"""Cells that are compiled before they run: while an earlier one runs, or in an earlier session."""

import os
import stat
from pathlib import Path

import pytest
from session import Session

NOTEBOOK = [
    "import Foundation\nstruct Dog { var name: String; var age = 1 }\nvar rex = Dog(name: \"Rex\")",
    "extension Dog: CustomStringConvertible { var description: String { \"\\(name) (\\(age))\" } }\nfunc older(_ dog: Dog) -> Dog { var dog = dog; dog.age += 1; return dog }",
    "rex = older(rex)\nrex",
    "let pack = [rex, Dog(name: \"Mia\")]\npack.map(\\.age)",
    "let later = await Task { rex.age * 10 }.value\nlater",
]
RESULTS = [None, None, "Rex (2)", "[2, 1]", "20"]


@pytest.fixture
def cache(tmp_path):
    """A cache folder for one test, and a session that uses it."""

    def session(**options):
        return Session(env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}, **options)

    return tmp_path / "cache/swiftlet/cells", session


def run_all(session, cells=NOTEBOOK):
    outcomes = [session.succeed(cell) for cell in cells]
    return [outcome.result for outcome in outcomes], [outcome.phases["cached"] for outcome in outcomes]


def test_a_restart_compiles_nothing_again(cache):
    folder, session = cache
    with session() as kernel:
        assert run_all(kernel) == (RESULTS, [False] * 5)
        kernel.restart()
        assert run_all(kernel) == (RESULTS, [True] * 5)
        # What comes after it is compiled against what came from the cache.
        outcome = kernel.run("older(pack[1]).age + later")
        assert outcome.result == "22" and not outcome.phases["cached"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())


def test_a_changed_cell_is_compiled_and_so_is_what_depends_on_it(cache):
    _, session = cache
    changed = ["let rate = 0.1", "let unrelated = 1", "rate * 2", "unrelated + 1"]
    with session() as kernel:
        run_all(kernel, changed)
        kernel.restart()
        changed[0] = "let rate = 0.2"
        assert run_all(kernel, changed) == ([None, None, "0.4", "2"], [False, True, False, True])


def test_kernels_at_once_share_the_cache(cache):
    folder, session = cache
    with session() as first, session() as second:
        for cell, result in zip(NOTEBOOK, RESULTS):
            requests = [(kernel, kernel.start(cell)) for kernel in (first, second)]
            assert [kernel.finish(request).result for kernel, request in requests] == [result] * 2
    assert len(list(folder.iterdir())) == len(NOTEBOOK)


@pytest.mark.parametrize("damage", [lambda data: data[:-50], lambda data: b"", lambda data: data[:200] + b"\0" + data[201:]], ids=["cut", "empty", "changed"])
def test_a_damaged_entry_is_compiled_again(cache, damage):
    folder, session = cache
    with session() as kernel:
        run_all(kernel)
        for file in folder.iterdir():
            file.write_bytes(damage(file.read_bytes()))
        kernel.restart()
        assert run_all(kernel) == (RESULTS, [False] * 5)
        kernel.restart()
        assert run_all(kernel) == (RESULTS, [True] * 5)


def test_an_error_in_a_cached_cell_names_its_line(cache):
    _, session = cache
    cells = ["let list = [1, 2, 3]", "let index = 7\nprint(\"here\")\nprint(list[index])"]
    with session() as kernel:
        kernel.run(cells[0])
        expected = kernel.run(cells[1]).error.traceback
        assert "line 3" in expected
        kernel.restart()
        kernel.run(cells[0])
        outcome = kernel.run(cells[1])
        assert outcome.phases["cached"] and outcome.stdout == "here\n" and outcome.error.traceback == expected


def test_without_a_writable_cache_cells_run_all_the_same(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with Session(env={**os.environ, "XDG_CACHE_HOME": str(blocked)}) as kernel:
        assert run_all(kernel)[0] == RESULTS


def test_a_full_cache_disk_only_means_no_cache(small_disk):
    folder, through = small_disk
    with Session(through=through, env={**os.environ, "XDG_CACHE_HOME": str(folder)}) as kernel:
        kernel.succeed("let before = 1")
        disk = kernel.fill_disk(folder)
        assert run_all(kernel)[0] == RESULTS
        os.remove(f"{disk}/filler")
        cells = Path(disk) / "swiftlet/cells"
        assert not [file for file in cells.iterdir() if file.suffix == ".new"]
        kept = len(list(cells.iterdir()))
        assert kernel.run("before + 41").result == "42"
        assert len(list(cells.iterdir())) == kept + 1


def test_the_phases_are_told(kernel):
    phases = kernel.run("let measured = 1\nmeasured").phases
    assert set(phases) == {"parse", "compile", "link", "run", "snapshot", "wait", "cached", "compiled_ahead"}
    assert phases["compile"] > 0 and phases["link"] > 0 and phases["run"] > 0
    assert phases["wait"] >= phases["compile"] + phases["link"]


def test_cells_that_wait_are_compiled_meanwhile(kernel):
    """The first cell runs until the one after the next is compiled."""
    kernel.succeed("import Foundation")
    first = kernel.start("var ahead1 = 1\nprint(\"running\")\nThread.sleep(forTimeInterval: 4)\nahead1 = 20\nprint(\"done\")")
    waiting = [kernel.start(code) for code in ("let ahead2 = ahead1 + 1\nprint(ahead2)", "print(ahead1 + ahead2)", "func ahead3() -> Int { ahead2 * 2 }\nprint(ahead3())")]
    assert kernel.finish(first).stdout == "running\ndone\n"
    outcomes = [kernel.finish(request) for request in waiting]
    assert [outcome.stdout for outcome in outcomes] == ["21\n", "41\n", "42\n"]
    assert outcomes[0].phases["compiled_ahead"] and outcomes[1].phases["compiled_ahead"]


def test_what_was_compiled_for_a_cell_that_failed_is_not_used(kernel):
    kernel.succeed("import Foundation\nlet later1 = \"text\"")
    first = kernel.start("Thread.sleep(forTimeInterval: 2)\nfatalError(\"no\")\nlet later1 = 1", stop_on_error=False)
    second = kernel.start("later1 + \"!\"")
    assert "no" in kernel.finish(first).error.traceback
    outcome = kernel.finish(second)
    assert outcome.result == '"text!"' and not outcome.phases["compiled_ahead"]
