"""From the start of `submit` to the first instruction of the task."""

import os
import signal
import subprocess

from .. import peers
from ..programs import limit, measured, ours
from ..home import Queue
from ..row import Row
from ..sampling import interleave


def measure(scale):
    count, rounds = max(20, round(60 * scale)), max(3, round(5 * scale))
    found = {}

    def runs(name, *words, home=None):
        def once():
            result = measured("latency", fifo, count, 5, *words, home=home)
            found.setdefault(name, []).append(result)
            return result["p50"]
        return once

    with peers.Scratch() as folder, Queue() as queue, Queue(5) as crowd, peers.synced_beanstalkd() as server, \
            Prototype() as prototype:
        fifo = os.path.join(folder, "fifo")
        os.mkfifo(fifo)
        task = [limit("stamp"), fifo]
        for one in (queue, crowd):
            one.ctl("resume")
        contenders = {
            "koubou": runs("koubou", ours("koubouctl"), "submit", "--", *task, home=queue.home),
            "koubou, 5 idle workers": runs(
                "koubou, 5 idle workers", ours("koubouctl"), "submit", "--", *task, home=crowd.home),
            "C prototype": runs("C prototype", limit("prototype"), "submit", prototype.database, prototype.pid, *task),
        }
        worker = None
        if server:
            worker = subprocess.Popen([limit("beanstalk"), "work", str(server.port), "0"], stdout=subprocess.DEVNULL)
            contenders["beanstalkd, synced"] = runs(
                "beanstalkd, synced", limit("beanstalk"), "put", server.port, 1, *task)
        if peers.has("tsp"):
            spooler = peers.TaskSpooler()
            contenders["task-spooler"] = runs(
                "task-spooler", "/usr/bin/env", *spooler.settings, peers.path_of("tsp"), "-n", *task)
        try:
            samples = interleave(contenders, rounds)
        finally:
            if worker:
                worker.kill()
                worker.wait()
            if peers.has("tsp"):
                spooler.__exit__()
    worst = max(result["p99"] for result in found["koubou"])
    tail = {"koubou": [result["p99"] for result in found["koubou"]]}
    notes = [f"the highest of all rounds: {worst:.2f} ms at p99"]
    rows = [
        Row("latency", "submit → first instruction of the task, p50", "ms", samples, "C prototype", ("≤", 1.1), notes=notes),
        Row("latency-p99", "the same, p99", "ms", tail, None, ("≤", 10)),
    ]
    if server:
        both = {name: samples[name] for name in ("koubou", "beanstalkd, synced")}
        rows.append(Row("latency-peer", "the same, p50, beside beanstalkd", "ms", both, "beanstalkd, synced", ("≤", 1.0)))
    return rows


class Prototype:
    """A worker in C on a queue of its own: the steps that can't be left out, and nothing else."""

    def __enter__(self):
        self.queue = Queue(supervised=False)
        self.queue.ctl("resume")
        self.database = self.queue.database
        self.process = subprocess.Popen([limit("prototype"), "work", self.database], stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.pid = self.process.pid
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.queue.__exit__()
