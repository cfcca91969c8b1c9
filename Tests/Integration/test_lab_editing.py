"""Editing a cell in JupyterLab: completions, and the tooltip of Shift-Tab."""

import pytest
from lab import assert_clean
from playwright.sync_api import TimeoutError, expect

CELLS = [
    """import Swiftlet
/// Twice a number.
func twice(_ number: Double) -> Double { 2 * number }
let lenet = try Sequential("lenet", input: [28, 28, 1]) { Flatten(); Dense(10) }""",
    "",
]


@pytest.fixture
def notebook(lab, open_notebook):
    notebook = open_notebook(lab.write("editing", *CELLS))
    assert_clean(notebook.run(0))
    return notebook


def write(notebook, index, text):
    """Types a text into a cell, in place of what stands there."""
    cell = notebook.cell(index)
    notebook.focus(cell)
    keyboard = notebook.page.keyboard
    keyboard.press("Control+A")
    keyboard.press("Delete")
    keyboard.type(text)
    return cell


def source(notebook, index):
    return notebook.page.evaluate(
        "index => jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.getSource()", index
    )


def popup(notebook, key, selector):
    """Presses a key until what it opens is there: the language service may only just have started."""
    place = notebook.page.locator(selector)
    for _ in range(20):
        notebook.page.keyboard.press(key)
        try:
            place.wait_for(timeout=3_000)
            return place
        except TimeoutError:
            # Out of the editor and back into it.
            notebook.page.keyboard.press("Escape")
            notebook.page.keyboard.press("Enter")
    raise AssertionError(f"{key} opened nothing")


def test_tab_lists_the_members_and_their_kinds(notebook):
    write(notebook, 1, "lenet.s")
    completer = popup(notebook, "Tab", ".jp-Completer:not(.lm-mod-hidden)")
    items = completer.locator(".jp-Completer-item")
    expect(items.filter(has_text="summary")).to_have_count(1)
    kind = items.filter(has_text="summary").locator(".jp-Completer-typeExtended")
    expect(kind).to_have_text("method")
    items.filter(has_text="summary").click()
    assert source(notebook, 1) == "lenet.summary"


def test_tab_writes_the_only_match_out(notebook):
    write(notebook, 1, "let net = twi")
    for _ in range(20):
        notebook.page.keyboard.press("Tab")
        notebook.page.wait_for_timeout(500)
        if source(notebook, 1) == "let net = twice":
            break
    assert source(notebook, 1) == "let net = twice"


def test_shift_tab_shows_the_call_with_its_documentation(notebook):
    write(notebook, 1, "Conv2D(6, ")
    tooltip = popup(notebook, "Shift+Tab", ".jp-Tooltip")
    expect(tooltip).to_contain_text("kernel: any WindowSize")
    expect(tooltip).to_contain_text("Filters of a kernel size")


def test_shift_tab_shows_a_cells_own_comment(notebook):
    write(notebook, 1, "twice")
    tooltip = popup(notebook, "Shift+Tab", ".jp-Tooltip")
    expect(tooltip).to_contain_text("func twice(_ number: Double) -> Double")
    expect(tooltip).to_contain_text("Twice a number.")
    # The declaration is coloured as Swift.
    expect(tooltip.locator("pre span").first).to_be_visible()


def test_mistakes_are_underlined_while_they_are_written(notebook):
    cell = write(notebook, 1, "let sum = twice(2) + quux")
    mistake = cell.locator(".swiftlet-mistake")
    expect(mistake).to_have_text("quux", timeout=30_000)
    mistake.hover()
    expect(notebook.page.locator(".swiftlet-message")).to_have_text("cannot find 'quux' in scope")

    # Asking counts nothing and shows nothing.
    assert cell.locator(".jp-InputPrompt").first.inner_text() == "[ ]:"
    expect(cell.locator(".jp-OutputArea-child")).to_have_count(0)

    # It goes when it is corrected, and when another cell makes it right.
    write(notebook, 1, "let sum = twice(2)")
    expect(mistake).to_have_count(0, timeout=30_000)
    write(notebook, 1, "let sum = twice(2) + quux")
    expect(mistake).to_have_text("quux", timeout=30_000)
    write(notebook, 0, "let quux = 1.0")
    assert_clean(notebook.run(0))
    expect(mistake).to_have_count(0, timeout=30_000)
    assert_clean(notebook.run(1))


def test_notebooks_of_other_kernels_are_left_alone(lab, open_notebook):
    path = lab.write("python", "undefined_name + 1")
    file = lab.folder / path
    file.write_text(file.read_text().replace('"swiftlet"', '"python3"').replace("Swift (Swiftlet)", "Python 3").replace('"swift"', '"python"'))
    notebook = open_notebook(path)
    cell = write(notebook, 0, "undefined_name + 2")
    notebook.page.wait_for_timeout(3_000)
    expect(cell.locator(".swiftlet-mistake")).to_have_count(0)
    assert "undefined_name" in source(notebook, 0)
