"""Bytes: large outputs, what is written for a task, and how much a history takes."""

import os
import subprocess
import time

from ..peers import Scratch
from ..home import Queue
from ..row import Row
from ..sampling import interleave

GIBIBYTE = 1 << 30


def measure(scale):
    return [output(scale), *disk(scale)]


def output(scale):
    size = GIBIBYTE if scale >= 0.5 else GIBIBYTE // 8
    peaks = []
    with Queue(settings="[task]\nmax_output = 2G\n") as queue, Scratch() as folder:
        queue.ctl("resume")
        worker = queue.workers()[0]["pid"]

        def koubou():
            began = time.monotonic()
            task = queue.ctl("submit", "--", "head", "-c", size, "/dev/zero").strip()
            queue.ctl("wait", task)
            seconds = time.monotonic() - began
            peaks.append(peak_memory(worker))
            for name in os.listdir(os.path.join(queue.home, "results")):
                os.unlink(os.path.join(queue.home, "results", name))
            return size / seconds / 1e6

        def shell():
            path = os.path.join(folder, "out")
            began = time.monotonic()
            with open(path, "wb") as file:
                subprocess.run(["head", "-c", str(size), "/dev/zero"], stdout=file, check=True)
            subprocess.run(["sync", path], check=True)
            seconds = time.monotonic() - began
            os.unlink(path)
            return size / seconds / 1e6

        samples = interleave({"koubou": koubou, "cmd > file, synced": shell}, max(2, round(3 * scale)))
    return Row(
        "output", f"a task with {size // (1 << 20):,} MiB of output", "MB/s", samples, "cmd > file, synced", ("≥", 0.5),
        more=True, notes=[f"peak memory of the worker {max(peaks):.1f} MiB"])


def peak_memory(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024


def disk(scale):
    count = max(500, round(3000 * scale))
    with Queue() as queue:
        ids = queue.submit_many(count)
        processes = queue.processes()
        before = sum(written(pid) for pid in processes)
        queue.drain(ids)
        bytes_a_task = (sum(written(pid) for pid in processes) - before) / count
        queue.stop()
        connection = queue.connect()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
        connection.close()
    return [
        Row("bytes", "bytes written to files for a task, from claim to end", "kB",
            {"koubou": [bytes_a_task / 1e3]}, None, None),
        Row("size", "size of the database, per million ended tasks", "MB", {"koubou": [pages / count]}, None, None),
    ]


def written(pid):
    with open(f"/proc/{pid}/io") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("wchar:"))
