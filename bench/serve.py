#!/usr/bin/env python3
"""usage: bench/serve.py

Measures `koubouctl serve`: how fast tasks are handed in over HTTP, beside beanstalkd and a gateway of Flask and SQLite; what a
thousand followers of the events and ten thousand half requests do to it; what it costs when nobody is there. Writes
bench/SERVE.md. Exits with 1 when a goal is missed."""

import resource
import sys

from suite import programs, report, serve_report
from suite.serve import events, idle, posting, slow


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    programs.build_limits()
    programs.install("koubouctl")
    machine = report.describe_machine(("beanstalkd",), ("flask", "gunicorn"))
    rows = []
    for measure in (idle.measure, posting.measure, events.measure, slow.measure):
        for row in measure():
            rows.append(row)
            print(f"{row.what}: {row.figure}" + (f" (goal {row.goal}: {'met' if row.is_met else 'missed'})" if row.goal else ""),
                  flush=True)
    serve_report.write(rows, machine)
    return 0 if all(row.is_met for row in rows if row.goal) else 1


if __name__ == "__main__":
    sys.exit(main())
