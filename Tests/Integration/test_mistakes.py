"""The mistakes of students in `mistakes/`: each is answered, with what helps, and nothing is lost.

The documentation's page of them is written from the same run: `MISTAKES=update` in the environment writes it anew.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from session import ANSI, Session

# The files of cells that run, and the parts of those that do not compile, with their titles.
RUN = {
    "layers": "Shapes, layers, building",
    "losses": "Losses, targets, metrics",
    "training": "Training",
    "tensors": "Gradients and tensors",
    "swift": "Swift at run time",
    "notebook": "The notebook",
}
COMPILED = {
    "Python": "Python in a cell",
    "libraries": "Keras, PyTorch and NumPy in a cell",
    "names": "Names and labels",
    "tensors": "Types of tensors and numbers",
    "Swift": "Swift for beginners",
    "imports": "Imports",
}
ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "mistakes"
PAGE = ROOT / "Sources/Swiftlet/Swiftlet.docc/ComingFromPython.md"
INTRODUCTION = """# If you come from Python

What a notebook answers to the mistakes that are made most, with Python, Keras and PyTorch in the fingers or not.

## Overview

Each cell on this page is wrong, and below it stands the answer. It names what does not fit and what to write instead.
An error ends the cell, and nothing that was computed before is lost. A note, a gray line beside the output, only says
what looks odd; `Notes.isEnabled = false` switches notes off. The page is made by running the cells.
"""


@dataclass
class Mistake:
    title: str
    expected: list
    code: str


def read(part):
    """The setup's code and the mistakes of a file."""
    setup, mistakes = "", []
    for block in re.split(r"^// # ", (FOLDER / f"{part}.cells").read_text(), flags=re.MULTILINE)[1:]:
        title, _, rest = block.partition("\n")
        if title == "Setup":
            setup = rest.strip()
            continue
        expected = re.match(r"// > (.+)\n", rest)
        assert expected, f"{part}: {title}: what must the answer hold?"
        mistakes.append(Mistake(title, expected[1].split(" … "), rest[expected.end() :].strip()))
    return setup, mistakes


def answer(outcome):
    """What a student sees of the mistake: an error's traceback, or notes, or what the cell shows; None if nothing."""
    if outcome.error:
        lines = [line.rstrip() for line in outcome.error.traceback.splitlines()]
        number = outcome.reply["execution_count"]
        text = "\n".join(line for line in lines if not line.startswith("Everything that was computed"))
        return re.sub(rf"\bcell {number}\b", "cell 2", text)
    return "\n".join(outcome.notes) or outcome.result or outcome.stdout or None


def holds(text, pieces):
    """Whether the text holds the pieces one behind the other."""
    start = 0
    for piece in pieces:
        start = text.find(piece, start)
        if start < 0:
            return False
        start += len(piece)
    return True


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Every mistake of every file with its answer."""
    answers, folder = {}, os.getcwd()
    for part in RUN:
        os.chdir(tmp_path_factory.mktemp(part))
        setup, mistakes = read(part)
        with Session() as kernel:
            kernel.succeed(setup)
            kernel.succeed("let survivor = 1")
            answers[part] = [(mistake, answer(kernel.run(mistake.code))) for mistake in mistakes]
            assert kernel.run("survivor").result == "1"
    os.chdir(folder)
    return answers


@pytest.mark.parametrize("part", RUN)
def test_a_mistake_is_answered_with_what_helps(answers, part):
    wrong = [
        f"{mistake.title}\n    wanted: {' … '.join(mistake.expected)}\n    came:   {got or 'silence'}"
        for mistake, got in answers[part]
        if not holds(got or "", mistake.expected)
    ]
    assert not wrong, f"{len(wrong)} of {len(answers[part])}:\n" + "\n".join(wrong)


def without_values(text):
    """The text without computed numbers: their last digits depend on the processor."""
    return re.sub(r"-?\d+\.\d+(e[+-]?\d+)?", "#", text)


def entry(title, code, text):
    return f"### {title}\n\n```text\n{code}\n```\n\nis answered with\n\n```text\n{text}\n```\n"


def test_the_page_of_the_documentation_shows_these_answers(answers):
    lines = [INTRODUCTION]
    compiled = json.loads((ROOT / "Tests/Fixtures/mistakes.json").read_text())
    for part, title in COMPILED.items():
        lines.append(f"## {title}\n")
        for mistake in compiled:
            if mistake["part"] == part:
                text = "\n".join(filter(None, ["error: " + mistake["message"], mistake.get("remedy")]))
                lines.append(entry(mistake["mistake"], mistake["cell"], text))
    for part, title in RUN.items():
        lines.append(f"## {title}\n")
        lines += [entry(mistake.title, mistake.code, text) for mistake, text in answers[part]]
    page = "\n".join(lines)
    if os.environ.get("MISTAKES") == "update":
        PAGE.write_text(page)
    assert without_values(PAGE.read_text()) == without_values(page), "run this test with MISTAKES=update in the environment, and look at the page"
