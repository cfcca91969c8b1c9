"""What the README and the other pages show works, and what they name exists."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = [CHECKOUT / "README.md", CHECKOUT / ".github/CONTRIBUTING.md", *sorted((CHECKOUT / "Sources").glob("*/*.docc/*.md"))]


def test_the_readmes_swift_runs(checkout, fresh_kernel):
    blocks = re.findall(r"```swift\n(.*?)```", (checkout / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        fresh_kernel.succeed(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page):
    """Links lead to files beside the page, as the repository's pages follow them; paths in code are those of the repository."""
    text = page.read_text()
    links = {link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link}
    paths = set(re.findall(r"`((?:Sources|Tests|notebooks|kernelspec|\.make|\.ci)/[\w./+-]*)`", text))
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [path for path in paths if not (CHECKOUT / path).exists()]
    assert not missing


def test_contributing_names_make_targets_that_exist(checkout):
    targets = set(re.findall(r"^([a-z]+):.* ## ", (checkout / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", ".github/CONTRIBUTING.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", (checkout / page).read_text()))
        assert named and named <= targets, named - targets
