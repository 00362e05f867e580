"""`koubouctl wait` on many tasks at once."""

import os
import subprocess

from ..programs import ours
from ..home import Queue
from ..row import Row


def measure(scale):
    times = []
    for _ in range(max(2, round(3 * scale))):
        with Queue(2) as queue:
            ids = queue.submit_many(1000)
            process = subprocess.Popen(
                [ours("koubouctl"), "wait", "-"], env=dict(os.environ, KOUBOU_HOME=queue.home), stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL)
            process.stdin.write(ids)
            process.stdin.close()
            queue.ctl("resume")
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
            times.append((usage.ru_utime + usage.ru_stime) * 1000)
    return [
        Row("wait", "`wait` on 1,000 ids, processor time of its one process", "ms", {"koubou": times}, None, ("≤", 100),
            notes=["it looks at what has ended since its last look, not at each task"]),
    ]
