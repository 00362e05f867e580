#!/usr/bin/env python3
"""usage: bench/run.py [--quick] [--check] [MODULE...]

Measures Koubou beside its peers and beside C programs that do the least that is needed, and writes bench/RESULTS.md,
bench/results.json and two charts. --quick takes less of everything; --check compares with the committed results.json, writes
nothing, and exits with 1 when a ratio has got worse by more than 25 %. MODULEs of bench/suite/rows are measured alone, and
shown."""

import contextlib
import importlib
import sys
import time

from suite import gate, programs, report
from suite.rows.resting import prepare

MODULES = ["standing", "handing_in", "latency", "draining", "growth", "volume", "waiting", "resting"]


def show(row):
    share = f", {row.ratio:.2f} of {row.against}" if row.ratio is not None else ""
    goal = f", goal {row.goal[0]} {row.goal[1]}" if row.goal else ""
    print(f"{row.measure}: {report.with_spread(row.samples['koubou'])} {row.unit}{share}{goal}: {report.verdict(row)}",
          flush=True)


def main(words):
    options = {word for word in words if word.startswith("-")}
    modules = [word for word in words if word not in options] or MODULES
    if options - {"--quick", "--check"} or set(modules) - set(MODULES):
        print(__doc__, file=sys.stderr)
        return 64
    programs.build_limits()
    programs.install()
    machine = report.describe_machine()
    scale = 0.25 if "--quick" in options or "--check" in options else 1
    began = time.monotonic()
    rows = []
    with contextlib.ExitStack() as held:
        resting = None
        for name in modules:
            # Queues that rest beside all else would share the memory that "standing" measures.
            if "resting" in modules and name != "standing" and resting is None:
                resting = held.enter_context(contextlib.closing(prepare(scale)))
            print(f"bench: {name} …", file=sys.stderr, flush=True)
            measured = resting.measure() if name == "resting" else importlib.import_module(f"suite.rows.{name}").measure(scale)
            for row in measured:
                rows.append(row)
                show(row)
    if "--check" in options:
        found = list(gate.worse(rows))
        for line in found:
            print(line, file=sys.stderr)
        print(f"{len(rows)} rows compared, {len(found)} worse by more than 25 %")
        return 1 if found else 0
    if modules == MODULES:
        report.write(rows, machine, "bench-quick" if "--quick" in options else "bench", time.monotonic() - began)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
