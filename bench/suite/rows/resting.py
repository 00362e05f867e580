"""From `submit` to the first instruction of the task, in queues where nothing has happened for long."""

import contextlib
import os
import time

from .. import peers
from ..home import Queue
from ..programs import limit, measured, ours
from ..row import Row


def prepare(scale):
    """Queues that rest while all else is measured."""
    return Resting(seconds=600 if scale >= 1 else 20, count=5 if scale >= 1 else 3)


class Resting:
    def __init__(self, seconds, count):
        self.seconds, self.held = seconds, contextlib.ExitStack()
        self.folder = self.held.enter_context(peers.Scratch())
        self.fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(self.fifo)
        self.queues = [self.held.enter_context(Queue()) for _ in range(count)]
        for queue in self.queues:
            queue.ctl("resume")
            self.latency(queue)
        self.since = time.monotonic()

    def latency(self, queue):
        return measured(
            "latency", self.fifo, 1, 0, ours("koubouctl"), "submit", "--", limit("stamp"), self.fifo, home=queue.home)["p50"]

    def close(self):
        self.held.close()

    def measure(self):
        time.sleep(max(0, self.since + self.seconds - time.monotonic()))
        first = [self.latency(queue) for queue in self.queues]
        again = [self.latency(queue) for queue in self.queues]
        return [Row(
            "resting", f"submit → first instruction, after {self.seconds} s without a task", "ms",
            {"koubou": first, "the next one": again}, None, ("≤", 10),
            notes=["the first task of each of some queues that nobody has touched since"])]
