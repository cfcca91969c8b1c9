"""A kernel for tests: code goes in, an Outcome comes out."""

import re
import time
from dataclasses import dataclass, field
from queue import Empty

from jupyter_client import KernelManager

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Error:
    """A Jupyter error with its traceback as plain text."""

    name: str
    value: str
    traceback: str


@dataclass
class Outcome:
    """The result of one request: its reply, and every IOPub message that names it as its parent, in order."""

    reply: dict
    messages: list = field(default_factory=list)
    metadata: dict = field(default_factory=dict)

    def of_type(self, kind):
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def stream(self, name):
        return "".join(content["text"] for content in self.of_type("stream") if content["name"] == name)

    @property
    def stdout(self):
        return self.stream("stdout")

    @property
    def stderr(self):
        return self.stream("stderr")

    @property
    def results(self):
        return [content["data"] for content in self.of_type("execute_result")]

    @property
    def result(self):
        """The displayed value of the last expression, as text; None if there is none."""
        return self.results[0]["text/plain"] if self.results else None

    @property
    def displays(self):
        return [content["data"] for content in self.of_type("display_data")]

    @property
    def notes(self):
        """The texts of the notes, which are small; other displays are not."""
        return [data["text/plain"] for data in self.displays if data.get("text/html", "").startswith("<small")]

    @property
    def errors(self):
        return [
            Error(content["ename"], content["evalue"], ANSI.sub("", "\n".join(content["traceback"])))
            for content in self.of_type("error")
        ]

    @property
    def error(self):
        """The error, or None. A cell must not have more than one."""
        errors = self.errors
        assert len(errors) <= 1, errors
        return errors[0] if errors else None

    @property
    def phases(self):
        """How the cell was compiled and run, from the reply's metadata."""
        return self.metadata["swiftlet"]

    @property
    def kinds(self):
        return [message["msg_type"] for message in self.messages]


class Session:
    """A running kernel and a client of it. Use it in a `with` statement.

    `through` is a command that the kernel's own command is given to, and the other options are start_kernel's.
    """

    def __init__(self, transport="tcp", encryption="disabled", through=(), **start):
        self.manager = KernelManager(kernel_name="swiftlet", transport=transport, transport_encryption=encryption)
        spec = self.manager.kernel_spec
        spec.argv = [*through, *spec.argv]
        self.manager.start_kernel(**start)
        self.connect()

    def connect(self):
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def restart(self):
        self.client.stop_channels()
        self.manager.restart_kernel()
        self.connect()

    def start(self, code, **options):
        """Asks for the code to be run, and returns the request's id at once."""
        return self.client.execute(code, **options)

    def run(self, code, timeout=120, **options):
        """Runs the code to its end."""
        return self.finish(self.start(code, **options), timeout)

    def succeed(self, code, timeout=120):
        """Runs code that must succeed."""
        outcome = self.run(code, timeout)
        assert outcome.error is None, outcome.error.traceback
        return outcome

    def watch(self, request, timeout=120):
        """Yields the request's IOPub messages as they arrive, up to and including its `idle`.

        A cell is said to be `busy` again after each request that was handled while it ran; that is left out.
        """
        end = time.monotonic() + timeout
        is_busy = False
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
            if message["parent_header"].get("msg_id") != request:
                continue
            state = message["content"]["execution_state"] if message["msg_type"] == "status" else None
            if state != "busy" or not is_busy:
                yield message
            is_busy = is_busy or state == "busy"
            if state == "idle":
                return

    def wait_for_output(self, request, text, timeout=120):
        """Waits until the running request has printed the text."""
        printed = ""
        for message in self.watch(request, timeout):
            printed += message["content"].get("text", "")
            if text in printed:
                return printed
        raise AssertionError(f"it ended without printing {text!r}; it printed {printed!r}")

    def finish(self, request, timeout=120):
        """Collects the rest of a request's messages and its reply."""
        messages = list(self.watch(request, timeout))
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == request:
                return Outcome(reply["content"], messages, reply["metadata"])

    def ask(self, method, *arguments, **options):
        """The content of the reply to a request on the shell channel: ask("is_complete", "let x = ")."""
        request = getattr(self.client, method)(*arguments, **options)
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == request:
                return reply["content"]

    def interrupt(self):
        self.manager.interrupt_kernel()

    def fill_disk(self, folder):
        """Fills the disk in a folder with one file, `filler`; returns the folder's path outside of the kernel's mounts."""
        disk = f"/proc/{self.manager.provisioner.pid}/root{folder}"
        with open(f"{disk}/filler", "wb") as filler:
            try:
                while True:
                    filler.write(b"\0" * 65536)
                    filler.flush()
            except OSError:
                pass
        return disk

    def drain(self):
        """Discards what has arrived on IOPub so far."""
        while True:
            try:
                self.client.get_iopub_msg(timeout=0.2)
            except Empty:
                return
