"""The kernel in JupyterLab: input, interrupts, failures, restarts."""

import re

from lab import assert_clean
from playwright.sync_api import expect


def output(cell):
    return cell.locator(".jp-Cell-outputArea")


def test_a_question_is_answered_in_its_box(lab, open_notebook):
    notebook = open_notebook(lab.write("question", 'print("Your name?")\nlet name = readLine()!\nprint("Hello, \\(name)!")'))
    cell = notebook.start(0)
    box = cell.locator(".jp-Stdin-input")
    box.wait_for(timeout=60_000)
    box.fill("Ada")
    box.press("Enter")
    notebook.finish(cell)
    expect(output(cell)).to_contain_text("Hello, Ada!")


def test_the_stop_button_ends_an_endless_loop(lab, open_notebook):
    notebook = open_notebook(lab.write("endless", "var turns = 41", "print(\"turning\")\nwhile true { turns &+= 0 }", "turns + 1"))
    notebook.run(0)
    cell = notebook.start(1)
    expect(output(cell)).to_contain_text("turning", timeout=60_000)
    notebook.page.locator("[data-command='notebook:interrupt-kernel']").first.click()
    notebook.finish(cell)
    expect(output(cell)).to_contain_text("Interrupted")
    after = notebook.run(2)
    assert_clean(after)
    expect(output(after)).to_contain_text("42")


def test_a_crash_costs_the_next_cell_nothing(lab, open_notebook):
    notebook = open_notebook(
        lab.write("crash", "var scores = [3, 1, 4]", "scores[0] = 2\nscores[7] = 0", "import Glibc\nscores = []\nexit(1)", "scores")
    )
    notebook.run(0)
    expect(output(notebook.run(1))).to_contain_text("Index out of range")
    expect(output(notebook.run(2))).to_contain_text("Everything is as it was before this cell")
    after = notebook.run(3)
    assert_clean(after)
    expect(output(after)).to_contain_text("[2, 1, 4]")


def test_restart_and_run_all(lab, open_notebook):
    notebook = open_notebook(lab.write("all", "var runs = 0", "runs += 1", "runs"))
    notebook.run(0)
    for _ in range(2):
        notebook.run(1)
    expect(output(notebook.run(2))).to_contain_text("2")
    notebook.command("runmenu:restart-and-run-all", wait=False)
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
    cell = notebook.cell(2)
    expect(cell.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[3\]:"), timeout=60_000)
    expect(output(cell)).to_have_text(re.compile(r"\D1\s*$"))


def test_cells_behind_one_that_failed_have_no_number(lab, open_notebook):
    notebook = open_notebook(lab.write("behind", "let few = [1].shuffled()\nfew[1]", 'print("raised")', 'print("end")'))
    notebook.command("notebook:run-all-cells", wait=False)
    notebook.finish(notebook.cell(0))
    for index in (1, 2):
        expect(notebook.cell(index).locator(".jp-InputPrompt").first).to_have_text(re.compile(r"^\[ ?\]:$"), timeout=30_000)
        expect(output(notebook.cell(index))).to_have_text("")
    # They run when they are asked to.
    expect(output(notebook.run(2))).to_contain_text("end")
