"""What the README and the other pages show works, and what they name exists."""

import re

import pytest

PAGES = ["README.md", ".github/CONTRIBUTING.md", *(f"Sources/Swiftlet/Swiftlet.docc/{name}.md" for name in ("HowACellRuns", "HowAStepRuns", "Changelog"))]


def test_the_readmes_swift_runs(checkout, fresh_kernel):
    blocks = re.findall(r"```swift\n(.*?)```", (checkout / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        fresh_kernel.succeed(block)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_exists(checkout, page):
    """Links lead to files beside the page, as the repository's pages follow them; paths in code are those of the repository."""
    text = (checkout / page).read_text()
    links = {link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link}
    paths = set(re.findall(r"`((?:Sources|Tests|notebooks|kernelspec|\.make|\.ci)/[\w./+-]*)`", text))
    missing = [link for link in links if not (checkout / page).parent.joinpath(link).exists()]
    missing += [path for path in paths if not (checkout / path).exists()]
    assert not missing


def test_contributing_names_make_targets_that_exist(checkout):
    targets = set(re.findall(r"^([a-z]+):.* ## ", (checkout / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", ".github/CONTRIBUTING.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", (checkout / page).read_text()))
        assert named and named <= targets, named - targets
