"""What the README shows works as it is written there."""

import re


def test_the_readmes_swift_runs(checkout, fresh_kernel):
    blocks = re.findall(r"```swift\n(.*?)```", (checkout / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        fresh_kernel.succeed(block)
