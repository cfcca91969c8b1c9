"""Completion and inspection, as an editor asks for them. The cursor is the bar in the code."""

import os
import signal
import time

import pytest
from session import Session

CELLS = [
    """import Swiftlet
let lenet = try Sequential("lenet", input: [28, 28, 1]) {
    Flatten()
    Dense(10)
}
/// Twice a number.
/// - Parameter number: Any number.
func twice(_ number: Double) -> Double { 2 * number }""",
    """/// A place in the plane.
struct Place {
    /// How far to the right.
    var x = 1.0
    var y = 1.0
}
enum Season { case spring, summer, autumn, winter }
var place = Place()
let words = ["a": 1], placeholder = 3""",
]


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        for cell in CELLS:
            session.succeed(cell)
        wait_for(session, "twi|", ["twice"])
        yield session


def wait_for(session, code, matches):
    """A service that has just started may need longer for its first answer than a student would wait."""
    for _ in range(60):
        if complete(session, code)["matches"] == matches:
            return
        time.sleep(0.5)
    raise AssertionError(f"{code} was never completed")


def complete(session, marked):
    position = marked.index("|")
    return session.ask("complete", marked.replace("|", "", 1), position)


def inspect(session, marked, detail=0):
    position = marked.index("|")
    return session.ask("inspect", marked.replace("|", "", 1), position, detail)


@pytest.mark.parametrize(
    "code, start, end, matches",
    [
        # Names of earlier cells, whether this one has used them or not.
        ("len|", 0, 3, ["lenet"]),
        ("twi|", 0, 3, ["twice"]),
        ("let p = plac|", 8, 12, ["place", "placeholder", "Place"]),
        ("let p: Plac|", 7, 11, ["Place"]),
        # The cell's own, above the cursor.
        ("let ownNumber = 1\nown|", 18, 21, ["ownNumber"]),
        ("func f(inner: Int) { let innerSum = 1; inne| }", 39, 43, ["inner", "innerSum"]),
        # Members.
        ("place.|", 6, 6, ["x", "y"]),
        ("lenet.summ|", 6, 10, ["summary"]),
        ("let total = words.key|\nprint(total)", 18, 21, ["keys"]),
        ("let season: Season = .|", 22, 22, ["autumn", "spring", "summer", "winter"]),
        ("Place.|", 6, 6, ["init"]),
        # The library: types, arguments, choices.
        ("Sequent|", 0, 7, ["Sequential"]),
        ("Conv2D(6, |)", 10, 10, ["kernel:"]),
        ("Conv2D(6, ker|", 10, 13, ["kernel:"]),
        ("Conv2D(6, kernel: 5, p|", 21, 22, ["padding:"]),
        ("Conv2D(6, kernel: 5, activation: .re|", 34, 36, ["relu", "relu6"]),
        ("let net = try Sequential(input: [28, 28, 1]) {\n    Flatten()\n    Dens|\n}", 65, 69, ["Dense"]),
        ("let net = try Sequential(input: [4]) {\n    Dense(10, activation: .ta|)\n}", 66, 68, ["tanh"]),
        ("import Swiftl|", 7, 13, ["Swiftlet"]),
        # Behind a command that times it.
        ("%time lenet.summ|", 12, 16, ["summary"]),
        # Words of the language.
        ("guar|", 0, 4, ["guard"]),
        # In the middle of a name: the rest of it is replaced if that makes a match, and kept if not.
        ("len|et.summary()", 0, 5, ["lenet"]),
        ("len|gthy", 0, 3, ["lenet"]),
        # Positions are code points.
        ('let 🙂 = "🇩🇪é"; len|', 15, 18, ["lenet"]),
        ('print("\\(len|)")', 9, 12, ["lenet"]),
    ],
)
def test_matches(session, code, start, end, matches):
    reply = complete(session, code)
    assert reply["status"] == "ok"
    assert (reply["cursor_start"], reply["cursor_end"], reply["matches"]) == (start, end, matches)


@pytest.mark.parametrize(
    "code",
    ['"len|"', "// len|", "/* len| */", "12|", "unknownName|", "unknownName.|", "let newName|", "let a = 1 // 🙂 len|", "place.x.nothing|", "!ls len|"],
)
def test_nothing_stands_here(session, code):
    cursor = code.index("|")
    reply = complete(session, code)
    assert reply["status"] == "ok" and reply["matches"] == [] and reply["metadata"] == {}
    assert reply["cursor_start"] == reply["cursor_end"] == cursor


def test_types_and_signatures(session):
    types = lambda code: complete(session, code)["metadata"]["_jupyter_types_experimental"]  # noqa: E731
    assert types("twi|") == [{"text": "twice", "start": 0, "end": 3, "type": "function", "signature": "(number: Double) -> Double"}]
    assert types("len|") == [{"text": "lenet", "start": 0, "end": 3, "type": "instance", "signature": "Sequential"}]
    kinds = {
        "let p: Plac|": "struct", "Sequent|": "class", "place.x|": "property", "guar|": "keyword", "import Swiftl|": "module",
        "Conv2D(6, ker|": "param", "let s: Season = .su|": "case", "lenet.summ|": "method",
    }
    assert {code: types(code)[0]["type"] for code in kinds} == kinds
    fit = types("lenet.fit|")[0]
    assert "epochs: Int" in fit["signature"] and fit["signature"].endswith("throws -> History")


def test_an_empty_cell_offers_the_nearest_first_and_no_internals(session):
    matches = complete(session, "|")["matches"]
    assert matches[:6] == ["lenet", "Place", "place", "placeholder", "Season", "twice"]
    assert len(matches) == len(set(matches))
    assert "Sequential" in matches and matches.index("Sequential") < matches.index("while") < matches.index("zip")
    assert not [match for match in matches if "swiftlet" in match.lower() and match != "Swiftlet" or match.startswith("__")]
    assert not [match for match in matches if not (match[0].isalpha() or match[0] == "_")]


@pytest.mark.parametrize(
    "code, expected",
    [
        ("len|et", "let lenet: Sequential"),
        ("let p = pla|ce", "var place: Place"),
        ("place.|x", "var x: Double"),
        ("let q = place.y|", "var y: Double"),
        ("twi|ce(2)", "func twice(_ number: Double) -> Double"),
        ("Conv2D(6, kernel: 5, activation: .re|lu)", "static let relu: ActivationFunction"),
        ("lenet.summary()|", "func summary(width: Int? = nil, nested: Bool = false) -> Summary"),
        ("let own = 3\nown|", "let own: Int"),
    ],
)
def test_a_name_is_explained_by_its_declaration(session, code, expected):
    reply = inspect(session, code)
    assert reply["status"] == "ok" and reply["found"]
    assert reply["data"]["text/plain"].split("\n")[0] == expected
    assert reply["data"]["text/markdown"].startswith(f"```swift\n{expected}\n")


@pytest.mark.parametrize("code, lines", [("placeh|older", ["let placeholder: Int", "// 3"]), ("wo|rds", ["let words: [String : Int]", '// ["a": 1]'])])
def test_a_variable_shows_its_value(session, code, lines):
    data = inspect(session, code)["data"]
    assert data["text/plain"].split("\n") == lines
    assert data["text/markdown"].split("\n") == ["```swift", *lines, "```"]


@pytest.mark.parametrize("code", ["Conv2D(6, ker|", "Conv2D(|", "Conv2D(6, kernel: [3, |", "Conv2D(6, ker|nel: 5)", "Conv2D(6, kernel: 5|)"])
def test_between_parentheses_the_call_is_explained(session, code):
    text = inspect(session, code)["data"]["text/plain"]
    assert text.startswith("Conv2D(\n    _ filters: Int,\n    kernel: any WindowSize,\n    stride: any WindowSize = 1,\n")
    assert "Filters of a kernel size" in text


def test_a_type_is_explained_with_its_initialisers(session):
    reply = inspect(session, "Conv|2D")
    assert reply["data"]["text/plain"].startswith("class Conv2D : Convolution\nConv2D(\n    _ filters: Int,")
    assert "every filter slides over the image" in reply["data"]["text/plain"]
    assert inspect(session, "Pla|ce")["data"]["text/plain"].split("\n")[:2] == ["struct Place", "Place()"]


def test_documentation_is_rendered(session):
    data = inspect(session, "lenet.fi|t")["data"]
    assert "**Parameters**\n\n- `train`: The examples to learn from.\n" in data["text/markdown"]
    assert "Parameters:\n  train: The examples to learn from.\n" in data["text/plain"]


def test_documentation_of_cells_is_shown(session):
    twice = inspect(session, "twi|ce(2)")["data"]["text/plain"]
    assert twice == "func twice(_ number: Double) -> Double\n\nTwice a number.\nParameters:\n  number: Any number."
    assert inspect(session, "place.|x")["data"]["text/plain"] == "var x: Double\n\nHow far to the right."
    assert "A place in the plane." in inspect(session, "Pla|ce()")["data"]["text/plain"]
    assert inspect(session, "/// Mine.\nfunc mine() {}\nmin|e()")["data"]["text/plain"] == "func mine()\n\nMine."


def test_swifts_own_checks_are_explained_as_swift_does(session):
    assert "traditional C-style assert" in inspect(session, "asse|rt(true)")["data"]["text/plain"]


def test_a_detailed_inspection_says_where_it_is_declared(session):
    assert inspect(session, "twi|ce", 1)["data"]["text/plain"].endswith("Declared in cell 1.")
    assert inspect(session, "Den|se", 1)["data"]["text/plain"].endswith("Declared in module Networks.")
    assert "Declared" not in inspect(session, "twi|ce", 0)["data"]["text/plain"]


@pytest.mark.parametrize("code", ["unknown|Name", "|", '"len|et"', "1 |+ 2", "// len|et"])
def test_nothing_is_known(session, code):
    assert inspect(session, code) == {"status": "ok", "found": False, "data": {}, "metadata": {}}


def services(session):
    """The process identifiers of the kernel's language services."""
    kernel = session.manager.provisioner.process.pid
    children = []
    for name in os.listdir("/proc"):
        try:
            stat = open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()
            command = open(f"/proc/{name}/cmdline").read()
        except (OSError, IndexError):
            continue
        if int(stat[1]) == kernel and "language-service" in command:
            children.append(int(name))
    return children


def test_a_killed_service_costs_nothing():
    with Session() as session:
        session.succeed("let orchard = 3")
        wait_for(session, "orch|", ["orchard"])
        (service,) = services(session)
        os.kill(service, signal.SIGKILL)
        wait_for(session, "orch|", ["orchard"])
        (other,) = services(session)
        assert other != service
        assert session.run("orchard + 1").result == "4"


def test_a_cell_that_the_service_dies_of_is_read_in_part(fresh_kernel):
    # Between the braces of such a call the compiler's completion fails: an initialiser with a default stands beside one of a builder.
    fresh_kernel.succeed("""import Swiftlet
final class Stack: Container {
    init(_ name: String? = nil, input: Shape, @LayerBuilder layers: () throws -> [Layer]) rethrows {
        super.init(name: name, layers: try layers())
    }
    override init(name: String? = nil, layers: [Layer]) { super.init(name: name, layers: layers) }
}""")
    wait_for(fresh_kernel, "let x = Stac|", ["Stack"])
    (service,) = services(fresh_kernel)
    code = "let a = 🙂\nlet net = Stack(input: [1]) {\n    Flatten()\n    Dens|\n}"
    for _ in range(20):
        reply = complete(fresh_kernel, code)
        if reply["matches"]:
            break
    cursor = code.index("|")
    assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["Dense"], cursor - 4, cursor)
    assert services(fresh_kernel) != [service]


def test_a_service_that_hangs_costs_nothing(fresh_kernel):
    fresh_kernel.succeed("let orchard = 3")
    wait_for(fresh_kernel, "orch|", ["orchard"])
    (service,) = services(fresh_kernel)
    os.kill(service, signal.SIGSTOP)
    reply = complete(fresh_kernel, "orch|")
    assert reply["status"] == "ok" and reply["matches"] == []
    assert fresh_kernel.run("orchard + 1").result == "4"
    os.kill(service, signal.SIGCONT)
    wait_for(fresh_kernel, "orch|", ["orchard"])


def test_a_cell_that_was_written_anew_is_completed_as_it_is_now(fresh_kernel):
    fresh_kernel.succeed("var thing = 1")
    fresh_kernel.succeed("struct Thing { var weight = 1 }\nvar thing = Thing()")
    wait_for(fresh_kernel, "thing.|", ["weight"])
    fresh_kernel.run("struct Broken {")
    wait_for(fresh_kernel, "thing.w|", ["weight"])


def test_the_service_ends_with_its_kernel():
    with Session() as session:
        session.succeed("1")
        wait_for(session, "let x = prin|", ["print"])
        (service,) = services(session)
        os.kill(session.manager.provisioner.process.pid, signal.SIGKILL)
        for _ in range(100):
            try:
                state = open(f"/proc/{service}/stat").read().rsplit(")", 1)[1].split()[0]
            except OSError:
                break
            if state == "Z":
                break
            time.sleep(0.1)
        else:
            raise AssertionError("the service outlives its kernel")
