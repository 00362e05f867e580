"""bench/RESULTS.md, and the figures as JSON beside it."""

import json
import os
import platform
import re
import subprocess

from . import chart
from .peers import DURABILITY
from .programs import ROOT, ours
from .sampling import median, spread

RESULTS = os.path.join(ROOT, "bench/RESULTS.md")
FIGURES = os.path.join(ROOT, "bench/results.json")


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def with_spread(values):
    low, high = spread(values)
    return number(median(values)) + (f" ({number(low)}–{number(high)})" if len(values) > 1 else "")


def verdict(row):
    return {True: "yes", False: "**no**", None: "–"}[row.is_met]


def write(rows, machine, command, seconds):
    chart.drain([row for row in rows if row.key.startswith("drain-")])
    chart.latency([row for row in rows if row.key in ("submit", "latency")])
    with open(FIGURES, "w") as file:
        json.dump({"machine": machine, "rows": [row.record() for row in rows]}, file, indent=1)
        file.write("\n")
    with open(RESULTS, "w") as file:
        file.write("\n".join(page(rows, machine, command, seconds)) + "\n")


def page(rows, machine, command, seconds):
    yield "# What was measured"
    yield ""
    yield f"Made by `make {command}` in {seconds:.0f} seconds: all contenders of a row in one run, in turn (A B B A …). A value is"
    yield "the median of the rounds, with the middle half of them in brackets. A ratio is Koubou's median to that of the"
    yield "reference; on another machine the ratios tell, not the times. [PROFILE.md](PROFILE.md) says what stands in the way"
    yield "where a goal is missed."
    yield ""
    for key, value in machine.items():
        yield f"- {key}: {value}"
    yield ""
    yield "| measure | Koubou | reference | ratio | goal | met |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for row in rows:
        reference = f"{row.against}: {with_spread(row.samples[row.against])}" if row.ratio is not None else "–"
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else "–"
        goal = f"{row.goal[0]} {number(row.goal[1])}" if row.goal else "–"
        yield f"| {row.measure} | {with_spread(row.samples['koubou'])} {row.unit} | {reference} | {ratio} | {goal} | {verdict(row)} |"
    yield ""
    yield "![drain rate by the number of workers](drain.svg)"
    yield ""
    yield "![times of a submit, and from it to the task](latency.svg)"
    yield ""
    yield "## Each measure"
    for row in rows:
        yield from details(row)


def details(row):
    yield ""
    yield f"### {row.measure}"
    yield ""
    for note in row.notes:
        yield note[0].upper() + note[1:] + "."
        yield ""
    yield f"| | {row.unit} | Koubou's share of it | what it promises |"
    yield "| --- | ---: | ---: | --- |"
    for name, values in sorted(row.samples.items(), key=lambda item: median(item[1]), reverse=row.more):
        other = median(values)
        ratio = f"{row.ours / other:.2f}" if other and name != "koubou" else ""
        yield f"| {name} | {with_spread(values)} | {ratio} | {DURABILITY.get(name, '')} |"
    ahead = [
        name for name, values in row.samples.items()
        if name in DURABILITY and name != "koubou" and (median(values) > row.ours) == row.more and median(values) != row.ours
    ]
    if ahead:
        yield ""
        yield f"Ahead of Koubou: {', '.join(ahead)}."


def first_line(*words):
    try:
        done = subprocess.run(words, capture_output=True, timeout=10, text=True)
        return next((line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()), "")
    except (OSError, subprocess.SubprocessError):
        return ""


def describe_machine(
        names=("task-spooler", "nq", "at", "parallel", "beanstalkd", "redis-server"), modules=("huey", "litequeue", "rq", "celery")):
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) // (1 << 20)
    file_system = first_line("findmnt", "-n", "-o", "FSTYPE", "--target", "/tmp")
    packages = {}
    for package in names:
        version = first_line("dpkg-query", "-W", "-f=${Version}", package)
        if version and "no packages" not in version:
            packages[package] = version
    listed = first_line(
        os.path.join(ROOT, ".build/peers/bin/python"), "-c",
        f"import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {modules!r}))")
    load = os.getloadavg()[0]
    return {
        "Koubou": first_line(ours("koubouctl"), "--version").split(" ")[-1] + ", "
        + first_line("git", "-C", ROOT, "rev-parse", "--short", "HEAD"),
        "machine": f"{os.cpu_count()} × {model.group(1) if model else platform.machine()}, {memory} GiB, Linux "
        f"{platform.release()}, {file_system or 'unknown file system'} under /tmp",
        "load before the run": f"{load:.1f}" + (": the machine was busy with other work, which widens the spreads" if load > 1 else ""),
        "peers": ", ".join(f"{name} {version}" for name, version in packages.items()) + (f", {listed}" if " " in listed else ""),
    }
