"""What the programs cost while nothing happens, and when they start."""

import os
import time

from ..programs import limit, measured, ours
from ..home import Queue
from ..row import Row
from ..sampling import interleave


def measure(scale):
    return [start(scale), *idle(scale)]


def start(scale):
    count = max(40, round(200 * scale))
    samples = interleave({
        "koubou": lambda: measured("spawn", count, 1, ours("koubouctl"), "version")["p50"],
        "C hello": lambda: measured("spawn", count, 1, limit("hello"))["p50"],
    }, max(3, round(7 * scale)))
    return Row("start", "start of the binary (`koubouctl version`)", "ms", samples, "C hello", ("≤", 1.3))


def idle(scale):
    seconds = 60 if scale >= 1 else 15
    with Queue(4) as queue:
        queue.ctl("resume")
        time.sleep(2)
        processes = queue.processes()
        before = [look(pid) for pid in processes]
        time.sleep(seconds)
        after = [look(pid) for pid in processes]
        memory = sum(proportional_memory(pid) for pid in processes)
    switches = sum(b[0] - a[0] for a, b in zip(before, after)) / seconds
    cpu = sum(b[1] - a[1] for a, b in zip(before, after)) / seconds * 60
    return [
        Row("idle-memory", "idle: kouboud and 4 workers, PSS together", "MiB", {"koubou": [memory]}, None, ("≤", 12)),
        Row("idle-wakes", "the same, wake-ups together", "1/s", {"koubou": [switches]}, None, ("≤", 1)),
        Row("idle-cpu", "the same, processor time", "s/min", {"koubou": [cpu]}, None, ("≤", 0.02)),
    ]


def look(pid):
    """How often it was woken, and its processor time in seconds."""
    with open(f"/proc/{pid}/status") as file:
        switches = next(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt_switches"))
    with open(f"/proc/{pid}/schedstat") as file:
        return switches, int(file.read().split()[0]) / 1e9


def proportional_memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
