"""bench/SERVE.md."""

import os

from .programs import ROOT

GUARANTEES = """What an answer promises: **Koubou** has the whole task (type, priority, times, events, indexes) in its database and has
synced it; requests that are readable at once share a transaction and a sync. **beanstalkd -f0** has written the job to its
binlog and synced that, each job by itself; it keeps jobs in memory beside it. **Flask + SQLite** has committed one row at
`synchronous=FULL`; it is served by the server that Flask brings,
which keeps no connections, and by gunicorn with two processes of eight threads, which
take both cores where Koubou takes one. The client is one C program for all of them."""


def write(rows, machine):
    lines = ["# The gateway under load", "", "Made by `make bench-serve`, all contenders in one run, in turn (A B B A …).", ""]
    lines += [f"- {key}: {value}" for key, value in machine.items()]
    lines += ["", "| measure | figure | goal | met |", "| --- | ---: | ---: | --- |"]
    for row in rows:
        verdict = ("yes" if row.is_met else "**no**") if row.goal else "–"
        lines.append(f"| {row.what} | {row.figure} | {row.goal or '–'} | {verdict} |")
    with open(os.path.join(ROOT, "bench/SERVE.md"), "w") as file:
        file.write("\n".join(lines + ["", GUARANTEES]) + "\n")
