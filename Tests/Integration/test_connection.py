"""The connection file, the sockets and the signatures, which client libraries hide."""

import json
import os
import signal
import subprocess
import sys
import time
from queue import Empty

import pytest
import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from session import Session


def test_ipc_works_as_tcp_does():
    with Session(transport="ipc") as session:
        assert session.run("20 + 22").result == "42"


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_everything_is_encrypted_when_the_client_offers_keys(transport):
    with Session(transport=transport, encryption="required") as session:
        assert session.run("20 + 22").result == "42"
        assert session.client.hb_channel.is_beating()
        info = session.client.get_connection_info()
        # The wire, seen by one who knows everything but the keys.
        with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
            separator = ":" if transport == "tcp" else "-"
            socket.connect(f"{transport}://{info['ip']}{separator}{info['hb_port']}")
            socket.send(b"ping")
            assert not socket.poll(500)
            socket.close(linger=0)
        session.restart()
        assert session.run("20 + 23").result == "43"


def test_connection_file_and_sockets_are_for_the_user_alone():
    with Session(transport="ipc") as session:
        info = session.client.get_connection_info()
        sockets = [f"{info['ip']}-{info[name]}" for name in info if name.endswith("_port")]
        assert len(sockets) == 5
        for path in [session.manager.connection_file, *sockets]:
            assert os.stat(path).st_mode & 0o077 == 0


def test_kernel_info_names_swift(kernel):
    info = kernel.ask("kernel_info")
    assert info["status"] == "ok" and info["implementation"] == "swiftlet"
    language = info["language_info"]
    assert language["name"] == "swift" and language["file_extension"] == ".swift"
    # JupyterLab colours a cell by this MIME type.
    assert language["mimetype"] == "text/x-swift"


def test_a_wrong_signature_is_dropped_and_the_kernel_lives(kernel):
    info = kernel.client.get_connection_info()
    forger = BlockingKernelClient()
    forger.load_connection_info({**info, "key": b"not the key"})
    forger.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
    try:
        forger.execute('print("forged")')
        with pytest.raises(Empty):
            forger.get_shell_msg(timeout=2)
    finally:
        forger.stop_channels()
    assert "forged" not in kernel.run('print("genuine")').stdout


def test_a_message_of_garbage_is_dropped_and_the_kernel_lives(kernel):
    info = kernel.client.get_connection_info()
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.connect(f"{info['transport']}://{info['ip']}:{info['shell_port']}")
    for frames in ([b""], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{", b"", b"[]", b"\xff"], [b"x" * 100_000], [b"a", b"b", b"c"]):
        socket.send_multipart(frames)
    time.sleep(0.5)
    context.destroy(linger=1000)
    assert kernel.run("2 + 3").result == "5"


def test_the_heartbeat_echoes_while_a_cell_runs(kernel):
    info = kernel.client.get_connection_info()
    request = kernel.start('import Glibc\nprint("busy")\nsleep(2)')
    kernel.wait_for_output(request, "busy")
    with zmq.Context() as context, context.socket(zmq.REQ) as heart:
        heart.connect(f"{info['transport']}://{info['ip']}:{info['hb_port']}")
        heart.send(b"ping")
        assert heart.poll(1000) and heart.recv() == b"ping"
    kernel.finish(request)


@pytest.mark.parametrize(
    "content",
    [None, "", "{", '{"ip": "127.0.0.1"}', '{"transport": "pigeon", "ip": "127.0.0.1", "shell_port": 1}', "[1, 2]"],
    ids=["missing", "empty", "broken", "incomplete", "unknown transport", "no object"],
)
def test_a_bad_connection_file_is_named(swiftlet, tmp_path, content):
    path = tmp_path / "connection.json"
    if content is not None:
        path.write_text(content)
    ended = subprocess.run([swiftlet, "kernel", str(path)], capture_output=True, text=True, timeout=30)
    assert ended.returncode not in (0, -signal.SIGILL, -signal.SIGTRAP, -signal.SIGSEGV)
    assert "connection.json" in ended.stderr


def test_a_port_in_use_is_named(swiftlet, tmp_path, kernel):
    path = tmp_path / "connection.json"
    write_connection_file(str(path), key=b"key")
    info = json.loads(path.read_text())
    info["shell_port"] = taken = kernel.client.get_connection_info()["shell_port"]
    path.write_text(json.dumps(info))
    ended = subprocess.run([swiftlet, "kernel", str(path)], capture_output=True, text=True, timeout=30)
    assert ended.returncode != 0 and str(taken) in ended.stderr


def test_a_shutdown_leaves_no_process():
    with Session() as session:
        session.succeed("import Glibc\nlet started = true")
        worker = int(session.run("getpid()").result)
        kernel = session.manager.provisioner.pid
    for pid in (kernel, worker):
        for _ in range(100):
            if not _is_running(pid):
                break
            time.sleep(0.1)
        assert not _is_running(pid)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_kernel_in_order(ending):
    with Session() as session:
        session.succeed("import Glibc")
        worker = int(session.run("getpid()").result)
        request = session.start('print("going")\nwhile true {}')
        session.wait_for_output(request, "going")
        process = session.manager.provisioner.process
        process.send_signal(ending)
        assert process.wait(20) == 0
        assert not _is_running(worker)


def test_a_signal_interrupts_the_cell():
    with Session() as session:
        process = session.manager.provisioner.process
        process.send_signal(signal.SIGINT)  # nothing runs: nothing happens
        time.sleep(1)
        request = session.start('import Glibc\nprint("going")\nsleep(600)')
        session.wait_for_output(request, "going")
        process.send_signal(signal.SIGINT)
        session.finish(request, timeout=30)
        assert session.run("6 * 7").result == "42"


def test_the_kernel_ends_with_the_server_that_started_it(swiftlet, tmp_path):
    path = tmp_path / "connection.json"
    write_connection_file(str(path), key=b"key")
    # A server that starts the kernel, names itself as Jupyter's does, tells the kernel's number and is killed.
    server = (
        "import os, subprocess, sys; kernel = subprocess.Popen(sys.argv[1:], env={**os.environ, 'JPY_PARENT_PID': str(os.getpid())});"
        "print(kernel.pid, flush=True); kernel.wait()"
    )
    process = subprocess.Popen([sys.executable, "-c", server, swiftlet, "kernel", str(path)], stdout=subprocess.PIPE, text=True)
    kernel = int(process.stdout.readline())
    client = BlockingKernelClient(connection_file=str(path))
    client.load_connection_file()
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    client.kernel_info()
    assert client.get_shell_msg(timeout=60)["content"]["status"] == "ok"
    client.stop_channels()
    assert _is_running(kernel)
    process.kill()
    process.wait()
    for _ in range(200):
        if not _is_running(kernel):
            break
        time.sleep(0.1)
    assert not _is_running(kernel)


def _is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_kernel_takes_its_worker_along():
    with Session() as session:
        session.succeed("import Glibc")
        worker = int(session.run("getpid()").result)
        os.kill(session.manager.provisioner.pid, signal.SIGKILL)
        for _ in range(100):
            if not _is_running(worker):
                break
            time.sleep(0.1)
        assert not _is_running(worker)
