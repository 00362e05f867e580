"""What it costs to hand in a task, alone, in a crowd, and a hundred thousand at once."""

import os
import subprocess
import time

from .. import peers
from ..programs import limit, measured, ours
from ..home import Queue
from ..row import Row
from ..sampling import interleave


def measure(scale):
    return [one(scale), crowd(scale), lines(scale)]


def one(scale):
    count, rounds = max(10, round(60 * scale)), max(3, round(5 * scale))
    with Queue() as queue, peers.Submitting() as others, peers.synced_beanstalkd() as server:
        connection = queue.connect()
        connection.execute("CREATE TABLE bench_row (id INTEGER PRIMARY KEY, text TEXT)")

        def time_of(*words, home=None):
            return lambda: measured("spawn", count, 1, *words, home=home)["p50"]

        contenders = {
            "koubou": time_of(ours("koubouctl"), "submit", "--", "/bin/true", home=queue.home),
            "C, one row": time_of(limit("insert"), queue.database, "row"),
            "C, the same schema": time_of(limit("insert"), queue.database, "task"),
        }
        for name, words in others.items():
            contenders[name] = time_of(*words)
        if server:
            contenders["beanstalkd, synced"] = time_of(limit("beanstalk"), "put", server.port, 1, "/bin/true")
        samples = interleave(contenders, rounds)
        connection.close()
    return Row(
        "submit", "`koubouctl submit`, a process, safe on disk at its return", "ms", samples, "C, one row", ("≤", 1.25),
        notes=["a median of the processes of a round; the queue is paused and its supervisor and one worker run"])


def crowd(scale):
    count = max(128, round(512 * scale))
    with Queue() as queue:
        words = [ours("koubouctl"), "submit", "--", "/bin/true"]
        samples = interleave({
            "koubou": lambda: measured("spawn", count, 64, *words, home=queue.home)["rate"],
            "4 at once": lambda: measured("spawn", count, 4, *words, home=queue.home)["rate"],
        }, max(3, round(5 * scale)))
    return Row(
        "crowd", "64 `koubouctl submit` at once, none fails", "1/s", samples, "4 at once", ("≥", 0.9), more=True)


def lines(scale):
    rates, peaks = [], []
    for count in [100_000] * max(2, round(3 * scale)) + ([1_000_000] if scale >= 1 else []):
        with Queue(supervised=False) as queue:
            text = b"true\n" * count
            environment = dict(os.environ, KOUBOU_HOME=queue.home)
            began = time.monotonic()
            process = subprocess.Popen(
                [ours("koubouctl"), "submit", "--lines", "-t", "shell"], env=environment, stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL)
            process.stdin.write(text)
            process.stdin.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            if status != 0:
                raise RuntimeError("submit --lines failed")
            rates.append(count / (time.monotonic() - began))
            peaks.append(usage.ru_maxrss / 1024)
    return Row(
        "lines", "`submit --lines` of 100,000 tasks", "1/s", {"koubou": rates}, None, ("≥", 150_000), more=True,
        notes=[f"peak memory {max(peaks):.0f} MiB" + (", of 1,000,000 tasks too" if scale >= 1 else "")
               + " (goal: under 64 MiB at any count)"])
