"""The kernel's use of memory and processor time, as jupyter-resource-usage requests it."""

import os
import socket


def usage(kernel):
    channel, message = kernel.client.control_channel, kernel.client.session.msg("usage_request", {})
    channel.send(message)
    while True:
        reply = kernel.client.get_control_msg(timeout=30)
        if reply["parent_header"]["msg_id"] == message["header"]["msg_id"]:
            assert reply["msg_type"] == "usage_reply"
            return reply["content"]


def test_usage_counts_what_cells_use(fresh_kernel):
    before = usage(fresh_kernel)
    assert before["hostname"] == socket.gethostname() and before["pid"] == fresh_kernel.manager.provisioner.pid
    assert before["cpu_count"] == os.cpu_count()
    memory = before["host_virtual_memory"]
    assert 0 < memory["available"] < memory["total"] and 0 < memory["percent"] < 100
    assert {"used", "free", "active", "inactive", "buffers", "cached", "shared", "slab"} <= memory.keys()

    fresh_kernel.succeed("let zeros = [UInt8](repeating: 1, count: 300 << 20)")
    after = usage(fresh_kernel)
    assert after["kernel_memory"] - before["kernel_memory"] > 250 << 20
    assert after["kernel_cpu"] > 0 and 0 < after["host_cpu_percent"] <= 100


def test_usage_is_answered_while_a_cell_runs(kernel):
    request = kernel.start('var n = 0\nprint("going")\nfor i in 0..<4_000_000_000 { n &+= i ^ n }\nn')
    kernel.wait_for_output(request, "going")
    usage(kernel)
    assert usage(kernel)["kernel_memory"] > 0
    kernel.interrupt()
    kernel.finish(request)


def test_endless_recursion_gives_its_stack_back(fresh_kernel):
    """The memory of a thread whose stack of 64 MB overflowed is freed."""
    fresh_kernel.succeed("func deepen(_ n: Int) -> Int { n &+ deepen(n &+ 1) &* 3 }")
    before = usage(fresh_kernel)["kernel_memory"]
    for _ in range(3):
        assert fresh_kernel.run("deepen(0)").error.name == "StackOverflow"
    fresh_kernel.run("1")
    assert usage(fresh_kernel)["kernel_memory"] - before < 40 << 20
