"""`%package`: Swift packages that cells import, from local folders and repositories."""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest
from session import Session

GREETER = "public struct Greeter { public var name: String; public init(name: String) { self.name = name } }\n"


def write_package(folder, name, targets, products=None, dependencies="", manifest_targets=None):
    """A package whose targets are Swift modules, by name; each has one file."""
    for target, source in targets.items():
        (folder / "Sources" / target).mkdir(parents=True)
        (folder / "Sources" / target / "file.swift").write_text(source)
    libraries = ", ".join(f'.library(name: "{product}", targets: ["{product}"])' for product in products or targets)
    described = manifest_targets or ", ".join(f'.target(name: "{target}")' for target in targets)
    (folder / "Package.swift").write_text(
        "// swift-tools-version: 5.9\nimport PackageDescription\n"
        f'let package = Package(name: "{name}", products: [{libraries}], dependencies: [{dependencies}], targets: [{described}])\n'
    )
    return folder


def error_of(outcome):
    assert outcome.reply["status"] == "error"
    return outcome.error


@pytest.fixture(scope="module")
def greeter(tmp_path_factory):
    return write_package(tmp_path_factory.mktemp("packages") / "greeter", "greeter", {"Greeter": GREETER})


@pytest.fixture(scope="module")
def loaded(greeter):
    """A kernel that has imported a package."""
    with Session() as session:
        outcome = session.run(f'%package path: "{greeter}"\nimport Greeter\nlet rex = Greeter(name: "Rex")\nrex.name')
        assert outcome.error is None, outcome.error.traceback
        yield session, outcome


def test_a_package_is_built_shown_and_imported_in_its_cell(loaded):
    _, outcome = loaded
    assert outcome.result == '"Rex"'
    kinds = [kind for kind in outcome.kinds if kind != "update_display_data"]
    assert kinds == ["status", "execute_input", "display_data", "execute_result", "status"]
    assert outcome.of_type("update_display_data")[-1]["data"] == {"text/plain": "greeter: import Greeter"}


def test_later_cells_see_the_package_and_its_values(loaded):
    kernel, _ = loaded
    assert kernel.run("[rex, Greeter(name: \"Bella\")].map(\\.name)").result == '["Rex", "Bella"]'
    completion = kernel.ask("complete", "rex.na")
    assert "name" in completion["matches"]


def test_the_same_package_again_changes_nothing(loaded, greeter):
    kernel, _ = loaded
    assert kernel.run(f"%package path: {greeter}\nrex.name").result == '"Rex"'


def test_kernels_that_build_the_same_take_turns(loaded, greeter):
    kernel, _ = loaded
    with open(*Path(os.environ["XDG_CACHE_HOME"]).glob("swiftlet/packages/*/lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        request = kernel.start(f"%package path: {greeter}\nrex.name")
        for message in kernel.watch(request):
            if message["content"].get("data") == {"text/plain": "greeter: another kernel is building it"}:
                break
        else:
            raise AssertionError("it did not wait")
    assert kernel.finish(request).result == '"Rex"'


def test_a_package_that_is_loaded_is_not_loaded_a_second_time(loaded, tmp_path):
    kernel, _ = loaded
    other = write_package(tmp_path / "other", "other", {"Greeter": GREETER})
    error = error_of(kernel.run(f"%package path: {other}"))
    assert (error.name, error.value) == ("PackageError", "another build of the module Greeter has been loaded already")
    assert "Run %reset, and then all %package lines that need Greeter in one cell" in error.traceback
    assert kernel.run("rex.name").result == '"Rex"'


def test_a_module_of_the_kernels_own_is_refused(loaded, tmp_path):
    kernel, _ = loaded
    clash = write_package(tmp_path / "clash", "clash", {"Tensors": "public let clash = 1\n"})
    error = error_of(kernel.run(f"%package path: {clash}"))
    assert error.value == "its module Tensors is also part of the kernel, and two modules of one name cannot be loaded"
    parser = "public struct ArgumentDefinition {}\npublic struct CommandConfiguration {}\n"
    clash = write_package(tmp_path / "parser", "parser", {"ArgumentParser": parser})
    assert "ArgumentParser is also part of the kernel" in error_of(kernel.run(f"%package path: {clash}")).value


def test_mistakes_leave_the_session_as_it_was(loaded, tmp_path, greeter):
    kernel, _ = loaded
    broken = write_package(tmp_path / "broken", "broken", {"Broken": 'let x: Int = "text"\n'})
    error = error_of(kernel.run(f"%package path: {broken}"))
    assert error.value == "cannot convert value of type 'String' to specified type 'Int'"
    assert "file.swift:1:14" in error.traceback and "The session is unchanged." in error.traceback
    error = error_of(kernel.run(f"%package path: {greeter} Greeting"))
    assert error.value.endswith("greeter has no library Greeting") and "it has Greeter" in error.traceback
    error = error_of(kernel.run(f"%package path: {tmp_path}/none"))
    assert error.value.endswith(f"there is no package in {tmp_path}/none")
    error = error_of(kernel.run(f'%package file://{tmp_path}/none from: "1.0"'))
    assert error.name == "PackageError" and "The session is unchanged." in error.traceback
    assert kernel.run("rex.name").result == '"Rex"'


def test_a_repository_with_a_c_target(fresh_kernel, tmp_path):
    repository = write_package(
        tmp_path / "adder", "adder", {"Adder": "import CAdder\n@inlinable public func sum(_ a: Int32, _ b: Int32) -> Int32 { c_sum(a, b) }\n"},
        manifest_targets='.target(name: "CAdder"), .target(name: "Adder", dependencies: ["CAdder"])',
    )
    (repository / "Sources/CAdder/include").mkdir(parents=True)
    (repository / "Sources/CAdder/include/adder.h").write_text("int c_sum(int a, int b);\n")
    (repository / "Sources/CAdder/adder.c").write_text('#include "adder.h"\nint c_sum(int a, int b) { return a + b; }\n')
    git = ["git", "-C", str(repository), "-c", "user.name=test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"], ["tag", "1.2.3"]):
        subprocess.run([*git, *command], check=True)
    outcome = fresh_kernel.run(f'%package .package(url: "file://{repository}", from: "1.2")\nimport Adder\nsum(40, 2)')
    assert outcome.result == "42"
    assert outcome.of_type("update_display_data")[-1]["data"] == {"text/plain": "adder 1.2.3: import Adder"}
    # C's own functions can be called as well.
    assert fresh_kernel.run("import CAdder\nc_sum(1, 2)").result == "3"


def test_packages_that_share_a_dependency_are_built_together(fresh_kernel, greeter, tmp_path):
    lines = [f"%package path: {greeter}"]
    for name in ("One", "Two"):
        folder = write_package(
            tmp_path / name.lower(), name.lower(), {name: f'import Greeter\npublic let {name.lower()} = Greeter(name: "{name}")\n'},
            dependencies=f'.package(path: "{greeter}")',
            manifest_targets=f'.target(name: "{name}", dependencies: [.product(name: "Greeter", package: "greeter")])',
        )
        lines.append(f"%package path: {folder}")
    outcome = fresh_kernel.run("\n".join([*lines, "import One", "import Two", "import Greeter", "[one, two].map(\\.name)"]))
    assert outcome.result == '["One", "Two"]'


def test_a_build_can_be_interrupted(fresh_kernel, tmp_path):
    endless = write_package(tmp_path / "endless", "endless", {"Endless": "public let endless = 1\n"})
    manifest = endless / "Package.swift"
    manifest.write_text(manifest.read_text() + "while true {}\n")
    fresh_kernel.succeed("let kept = 1")
    request = fresh_kernel.start(f"!echo ready\n%package path: {endless}")
    fresh_kernel.wait_for_output(request, "ready")
    fresh_kernel.interrupt()
    error = error_of(fresh_kernel.finish(request, timeout=60))
    assert (error.name, error.value) == ("Interrupted", "the package was being built")
    assert fresh_kernel.run("kept").result == "1"


def test_a_package_stays_when_a_cell_is_taken_back_and_goes_with_a_reset(fresh_kernel, greeter, tmp_path):
    fresh_kernel.succeed(f"%package path: {greeter}")
    fresh_kernel.succeed("import Greeter\nvar rex = Greeter(name: \"Rex\")")
    fresh_kernel.succeed("rex.name = \"Max\"")
    assert fresh_kernel.run("%undo\nrex.name").result == '"Rex"'
    # Another process, which the snapshot has become, loads it for the cells that follow.
    assert fresh_kernel.run("Greeter(name: \"Bella\").name").result == '"Bella"'
    other = write_package(tmp_path / "other", "other", {"Greeter": GREETER + "public let version = 2\n"})
    outcome = fresh_kernel.run(f"%reset\n%package path: {other}\nimport Greeter\nversion")
    assert outcome.result == "2"
