"""The LeNet notebook in JupyterLab, opened as `make lab` opens it, in a real Chromium."""

import pytest
from lab import assert_clean
from playwright.sync_api import expect

NOTEBOOK = "3-convolution/1-lenet.ipynb"


@pytest.fixture
def lenet(open_notebook):
    return open_notebook(NOTEBOOK)


@pytest.mark.timeout(600)
def test_lenet_trains_before_the_students_eyes(lenet):
    page = lenet.page
    fit = lenet.index_of(".fit(")
    assert fit > 0
    lenet.command("notebook:clear-all-cell-outputs")

    # The editor colours Swift: a keyword is not in the colour of the text around it.
    keyword = page.evaluate(
        """() => [...document.querySelectorAll('.jp-CodeCell .cm-line span')]
            .find(span => ['import', 'let'].includes(span.textContent.trim()))?.className"""
    )
    assert keyword, "no keyword stands in a span of its own"

    for index in range(fit):
        assert_clean(lenet.run(index))

    # A picture is a decoded PNG, shown at half its size for a dense screen.
    image = page.locator(".jp-CodeCell .jp-RenderedImage img").first
    image.wait_for(timeout=30_000)
    natural, shown, source = image.evaluate("e => [e.naturalWidth, e.width, e.src.slice(0, 22)]")
    assert source == "data:image/png;base64," and natural > 100 and natural >= 1.9 * shown

    # The progress bar moves while the network trains.
    cell = lenet.start(fit)
    bar = cell.locator("[role=progressbar]").first
    bar.wait_for(timeout=60_000)
    expect(bar).not_to_have_attribute("aria-valuenow", bar.get_attribute("aria-valuenow"), timeout=60_000)

    # An interrupt ends it, which the cell says, and what was trained so far can be used.
    lenet.command("notebook:interrupt-kernel")
    lenet.finish(cell, timeout=60_000)
    assert "History: interrupted after" in cell.inner_text()
    assert "Interrupted" in cell.inner_text() and "a network keeps what it has learned" in cell.inner_text()
    filters = lenet.run(lenet.index_of("lenet.filters("))
    assert_clean(filters)
    filters.locator(".jp-RenderedImage img").first.wait_for(timeout=30_000)
