#!/usr/bin/env python3
"""usage: bench/profile.py

Counts what does not depend on what else the machine does: instructions (by valgrind's callgrind), system calls (by strace)
and page faults of Koubou's programs and of the C programs beside them, and prints them as the table of
bench/PROFILE.md. Run it after `make build`."""

import os
import re
import subprocess
import sys
import tempfile

from suite import programs
from suite.home import Queue
from suite.programs import limit, ours

TASKS = (100, 400)


def instructions(words, home):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *words], env=dict(os.environ, KOUBOU_HOME=home),
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return max(int(number) for number in re.findall(r"Collected : (\d+)", done.stderr))


def system_calls(words, home):
    with tempfile.NamedTemporaryFile() as trace:
        subprocess.run(
            ["strace", "-f", "-c", "-U", "name,calls", "-o", trace.name, *words], env=dict(os.environ, KOUBOU_HOME=home),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        return int(re.search(r"total\s+(\d+)", trace.read().decode()).group(1))


def page_faults(words, home):
    process = subprocess.Popen(
        words, env=dict(os.environ, KOUBOU_HOME=home), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, process.returncode, usage = os.wait4(process.pid, 0)
    return usage.ru_minflt


def once(what, words, home):
    page_faults(words, home)
    return what, instructions(words, home), system_calls(words, home), page_faults(words, home)


def per_task(what, words):
    """What a task costs a worker, from the difference of two drains; the system calls and faults with those of /bin/true."""
    found = []
    for count in TASKS:
        costs = []
        for measure in (instructions, system_calls, page_faults):
            with Queue(supervised=False) as queue:
                queue.submit_many(count)
                queue.ctl("resume")
                costs.append(measure(words(queue, count), queue.home))
        found.append(costs)
    return what, *((most - least) // (TASKS[1] - TASKS[0]) for least, most in zip(*found))


def main(words):
    if words:
        print(__doc__, file=sys.stderr)
        return 64
    programs.build_limits()
    programs.install()
    with Queue() as queue:
        connection = queue.connect()
        connection.execute("CREATE TABLE bench_row (id INTEGER PRIMARY KEY, text TEXT)")
        connection.close()
        rows = [
            once("start: C hello", [limit("hello")], queue.home),
            once("start: `koubouctl version`", [ours("koubouctl"), "version"], queue.home),
            once("submit: C, one row", [limit("insert"), queue.database, "row"], queue.home),
            once("submit: C, the same schema", [limit("insert"), queue.database, "task"], queue.home),
            once("submit: `koubouctl submit -- /bin/true`", [ours("koubouctl"), "submit", "--", "/bin/true"], queue.home),
        ]
    rows += [
        per_task("a task: C, the same schema", lambda queue, count: [limit("drain"), queue.database, str(count), "1"]),
        per_task("a task: `koubou-worker`", lambda queue, count: [ours("koubou-worker"), "--drain"]),
    ]
    print("| | instructions | system calls | page faults |")
    print("| --- | ---: | ---: | ---: |")
    for what, *numbers in rows:
        print(f"| {what} | " + " | ".join(f"{number:,}" for number in numbers) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
