"""JupyterLab's variables panel, which it opens with its debugger."""

from playwright.sync_api import expect


def test_the_panel_shows_the_variables_after_each_cell(lab, open_notebook):
    notebook = open_notebook(
        lab.write("variables", "var loss = 0.5\nlet layers = [6, 16]", "loss = 0.25\nlet title = \"LeNet\"")
    )
    page = notebook.page
    notebook.run(0)
    page.locator(".jp-DebuggerBugButton").first.click()
    notebook.command("debugger:show-panel")
    panel = page.locator(".jp-DebuggerVariables")
    expect(panel.locator(".jp-TreeItem", has_text="loss")).to_contain_text("0.5", timeout=60_000)
    expect(panel.locator(".jp-TreeItem", has_text="layers")).to_contain_text("[Int]")
    notebook.run(1)
    expect(panel.locator(".jp-TreeItem", has_text="loss")).to_contain_text("0.25", timeout=60_000)
    expect(panel.locator(".jp-TreeItem", has_text="title")).to_contain_text("LeNet")

    # The parts of a whole are there when it is opened.
    panel.locator(".jp-TreeItem", has_text="layers").locator(".jp-DebuggerVariables-name").first.click()
    expect(panel).to_contain_text("16")

    # A compiled cell cannot be stopped at a line, and the panel does not pretend it can: no breakpoint stays. (Each gutter holds one
    # that is hidden, for its width.)
    messages = []
    page.on("console", lambda message: messages.append(message.text) if message.type == "error" else None)
    cell = notebook.cell(0)
    cell.locator(".cm-breakpoint-gutter > .cm-gutterElement").nth(1).click()
    page.wait_for_timeout(1500)
    assert cell.locator(".cm-breakpoint-icon").count() == 1 and page.locator(".jp-DebuggerBreakpoint").count() == 0
    assert messages == []
