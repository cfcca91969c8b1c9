"""JupyterLab's server passes on all of a large output."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from jupyter_client.session import Session as Wire
from tornado.websocket import websocket_connect

TOKEN = "a-secret-of-the-tests"


def waiting_for(coroutine):
    """A coroutine's result. It has a thread of its own: in this one the browser of other tests may have a loop."""
    with ThreadPoolExecutor() as threads:
        return threads.submit(asyncio.run, coroutine).result()


@pytest.fixture
def server(tmp_path):
    """A running server's address: just as `make lab` starts it, without a browser."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
         "--ServerApp.port=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={tmp_path}",
         "--ServerApp.log_level=WARN"],
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    try:
        yield waiting_for(address(tmp_path))
    finally:
        process.terminate()
        process.wait()


async def address(folder, patience=60):
    """The server's address, once it answers there: it writes the address down a moment before it listens."""
    for _ in range(patience * 10):
        for file in folder.glob("jpserver-*.json"):
            with suppress(urllib.error.URLError):
                url = json.loads(file.read_text())["url"]
                request(f"{url}api", "GET")
                return url
        await asyncio.sleep(0.1)
    raise TimeoutError("the server did not start")


def request(url, method, body=None):
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as reply:
        return json.loads(reply.read() or "null")


async def run(url, kernel, code):
    """What the server passes on about a cell, from `busy` to `idle`."""
    socket = await websocket_connect(f"{url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?token={TOKEN}")
    message = Wire().msg("execute_request", {"code": code, "silent": False, "store_history": True})
    await socket.write_message(json.dumps({**message, "channel": "shell", "buffers": []}, default=str))
    contents = []
    while True:
        reply = json.loads(await asyncio.wait_for(socket.read_message(), 120))
        if reply["channel"] == "iopub" and reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            contents.append(reply["content"])
            if reply["content"].get("execution_state") == "idle":
                socket.close()
                return contents


def test_the_server_passes_on_all_that_cells_print_and_show(server):
    kernel = request(f"{server}api/kernels", "POST", {"name": "swiftlet"})["id"]
    try:
        lines = waiting_for(run(server, kernel, 'for i in 0..<600_000 { print("line", i) }'))
        assert "".join(content.get("text", "") for content in lines) == "".join(f"line {i}\n" for i in range(600_000))
        # Behind one another, without the pause between two cells that a person makes.
        displays = waiting_for(run(server, kernel, "import Swiftlet\nfor i in 0..<5000 { display(i) }"))
        shown = [content["data"]["text/plain"] for content in displays if "data" in content]
        assert shown == [str(i) for i in range(5000)]
        assert not any("rate exceeded" in content.get("text", "") for content in lines + displays)
    finally:
        request(f"{server}api/kernels/{kernel}", "DELETE")
