"""Widgets in JupyterLab, moved with the mouse: what a student sees when a slider changes a variable, a plot and a training."""

import re

from lab import Notebook, assert_clean
from playwright.sync_api import expect

PLOT = """import Swiftlet
import Foundation
let xs = (0...100).map { Double($0) / 10 }
func plot(_ frequency: Double) -> Chart { Chart("f = \\(frequency)") { Line(x: xs, y: xs.map { sin(frequency * $0) }) } }
@Slider("frequency", 0.5...5) var frequency = 1.0
let shown = display(plot(frequency))
$frequency.onChange { shown.update(plot($0)) }"""


def drag(cell, fraction, index=0):
    """Drags a slider's handle to a place between its ends."""
    track = cell.locator(".noUi-base").nth(index)
    handle = cell.locator(".noUi-handle").nth(index)
    track.scroll_into_view_if_needed()
    box, start = track.bounding_box(), handle.bounding_box()
    mouse, y = cell.page.mouse, start["y"] + start["height"] / 2
    mouse.move(start["x"] + start["width"] / 2, y)
    mouse.down()
    mouse.move(box["x"] + fraction * box["width"], y, steps=12)
    mouse.up()


def readout(cell, index=0):
    return float(cell.locator(".widget-readout").nth(index).inner_text())


def output(cell):
    return cell.locator(".jp-Cell-outputArea")


def test_a_slider_changes_a_variable_and_a_plot_in_place(lab, open_notebook):
    notebook = open_notebook(lab.write("slider", PLOT, "frequency", "frequency = 2\n$frequency.label = \"f\""))
    cell = notebook.run(0)
    assert_clean(cell)
    expect(cell.locator(".widget-label")).to_have_text("frequency")
    image = cell.locator(".jp-RenderedImage img")
    before = image.get_attribute("src")
    drag(cell, 0.75)
    moved = readout(cell)
    assert 3 < moved < 4.8
    expect(image).not_to_have_attribute("src", before, timeout=30_000)
    assert image.count() == 1
    expect(output(notebook.run(1))).to_contain_text(str(moved))
    # And the other way round.
    notebook.run(2)
    expect(cell.locator(".widget-readout")).to_have_text("2.00")
    expect(cell.locator(".widget-label")).to_have_text("f")


def test_interact_draws_while_the_mouse_moves(lab, open_notebook):
    notebook = open_notebook(lab.write(
        "interact",
        'import Swiftlet\nlet names = (0...8).map { "h\\($0)" }\ninteract(Slider("height", 1...9), Dropdown("colour", ["blue", "red"]), Checkbox("filled")) { height, colour, filled in\n'
        '  let name = names[height]\n  print("height \\(height), \\(colour), \\(filled)")\n'
        "  return Chart { Bars([\"a\", \"b\"], [Double(height), 3]) }\n}"))
    cell = notebook.run(0)
    assert_clean(cell)
    area = cell.locator(".jupyter-widgets.widget-output")
    expect(area).to_contain_text("height 1, blue, false", timeout=30_000)
    image = area.locator(".jp-RenderedImage img")
    before = image.get_attribute("src")
    drag(cell, 0.5)
    expect(area).to_contain_text("height 5, blue, false")
    expect(image).not_to_have_attribute("src", before)
    cell.locator("select").select_option("red")
    expect(area).to_contain_text("height 5, red, false")
    cell.locator("input[type=checkbox]").check()
    expect(area).to_contain_text("height 5, red, true")
    drag(cell, 1)
    expect(area).to_contain_text("Index out of range")
    expect(area).to_contain_text("let name = names[height]")
    drag(cell, 0.25)
    expect(area).to_contain_text("height 3, red, true")


def test_a_slider_moved_while_a_network_trains_changes_its_next_step(lab, open_notebook):
    notebook = open_notebook(lab.write(
        "training",
        'import Swiftlet\nlet net = try Sequential(input: [1]) { Dense(1) }\nlet data = Examples(inputs: .ones([64, 1]), targets: .ones([64, 1]))\n'
        '@Slider("rate", 0.0001...0.1, log: true) var rate = 0.001\nvar isEnough = false\n'
        "final class Watch: Callback {\n  var rates: [Double] = [], last = 2\n  var wantsToStop: Bool { last <= 0 }\n  let optimizer: Optimizer\n"
        "  init(_ optimizer: Optimizer) { self.optimizer = optimizer }\n"
        "  func stepEnded(_ report: StepReport) {\n    if rates.last != optimizer.learningRate { rates.append(optimizer.learningRate) }\n"
        # The slider's value and the press may arrive between the same two steps: what is asserted is the step after them.
        "    if isEnough { last -= 1 }\n  }\n}\n"
        'Button("Enough") { isEnough = true }',
        "let optimizer = Optimizer.sgd(rate).scheduled { _ in rate }, watch = Watch(optimizer)\n"
        "let history = try net.fit(data, epochs: 1_000_000, batchSize: 1, optimizer: optimizer, loss: .meanSquaredError, callbacks: [watch])\n"
        'print(history.steps.count > 1, watch.rates.first == 0.001, watch.rates.last == rate, rate)'))
    controls = notebook.run(0)
    assert_clean(controls)
    training = notebook.start(1)
    training.locator("[role=progressbar]").first.wait_for(timeout=60_000)
    drag(controls, 0.9)
    moved = readout(controls)
    controls.get_by_role("button", name="Enough").click()
    notebook.finish(training)
    assert_clean(training)
    expect(output(training)).to_contain_text("true true true 0.0")
    assert 0.03 < moved < 0.1


def test_a_button_runs_swift_and_shows_it_under_its_cell(lab, open_notebook):
    notebook = open_notebook(lab.write("button", 'import Swiftlet\nvar clicks = 0\nButton("Press") { clicks += 1; print("pressed \\(clicks)") }', "clicks"))
    cell = notebook.run(0)
    for count in (1, 2):
        cell.get_by_role("button", name="Press").click()
        expect(output(cell)).to_contain_text(f"pressed {count}")
    expect(output(notebook.run(1))).to_contain_text("2")


def test_widgets_are_as_they_were_after_the_page_was_loaded_anew(lab, open_notebook):
    path = lab.write("reload", 'import Swiftlet\nlet level = Slider("level", 0...10)\nVBox(level, Text("name", value: "Ada"))', "level.value")
    notebook = open_notebook(path)
    cell = notebook.run(0)
    drag(cell, 0.7)
    assert readout(cell) == 7
    notebook.command("docmanager:save")
    again = Notebook(notebook.page, lab, path)
    cell = again.cell(0)
    expect(cell.locator(".widget-readout")).to_have_text("7", timeout=60_000)
    expect(cell.locator("input[type=text]")).to_have_value("Ada")
    drag(cell, 0.2)
    expect(output(again.run(1))).to_contain_text(re.compile(r"\b2\b"))
