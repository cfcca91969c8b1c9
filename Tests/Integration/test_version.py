"""The version is written once; the newest entry of the changelog is about it."""

import re
import subprocess


def test_everybody_tells_the_same_version(checkout, swiftlet, kernel):
    told = subprocess.run([swiftlet, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    assert re.fullmatch(r"\d+\.\d+\.\d+", told)
    information = kernel.ask("kernel_info")
    assert information["implementation_version"] == told
    assert f"Swiftlet {told}" in information["banner"]
    doctor = subprocess.run([swiftlet, "doctor"], check=True, capture_output=True, text=True).stdout
    assert f"version {told}" in doctor.splitlines()[0]
    changelog = (checkout / "Sources/Swiftlet/Swiftlet.docc/Changelog.md").read_text()
    assert re.search(r"^## (.*)$", changelog, re.MULTILINE)[1] == told
