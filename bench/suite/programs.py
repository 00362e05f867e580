"""Our programs, the C programs that measure limits, and how they are run."""

import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILT = os.path.join(ROOT, ".build/bench")


def build_limits():
    os.makedirs(BUILT, exist_ok=True)
    sources = os.path.join(ROOT, "bench/limits")
    headers = [os.path.join(sources, name) for name in os.listdir(sources) if name.endswith(".h")]
    for name in sorted(os.listdir(sources)):
        if not name.endswith(".c"):
            continue
        source, target = os.path.join(sources, name), limit(name[:-2])
        newest = max(os.path.getmtime(path) for path in headers + [source])
        if os.path.exists(target) and os.path.getmtime(target) > newest:
            continue
        subprocess.run(
            ["cc", "-O2", "-w", "-static", "-o", target, source, "-lsqlite3", "-lm", "-lpthread", "-ldl"], check=True,
            stderr=subprocess.DEVNULL)


def install(*names):
    """Copies of ours, as an installation makes them: a file that the linker has written starts more slowly."""
    for name in names or ("koubouctl", "kouboud", "koubou-worker"):
        source = os.path.join(ROOT, ".build/release", name)
        if not os.path.exists(source):
            sys.exit(f"bench: {source} is missing: run make build")
        shutil.copy(source, ours(name) + ".new")
        os.replace(ours(name) + ".new", ours(name))


def limit(name):
    return os.path.join(BUILT, name)


def ours(name):
    return os.path.join(BUILT, name)


def run(words, home=None, input=None, timeout=300, **options):
    """The output of a program of ours; an error where it fails."""
    environment = dict(os.environ, **({"KOUBOU_HOME": home} if home else {}))
    done = subprocess.run(
        words, input=input, capture_output=True, env=environment, timeout=timeout, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))[:200]}: {done.stderr.decode()[:500]}")
    return done.stdout.decode()


def measured(name, *words, home=None, timeout=300):
    """The line of JSON that a C program reports."""
    found = json.loads(run([limit(name), *map(str, words)], home, timeout=timeout).splitlines()[-1])
    if found.get("failed"):
        raise RuntimeError(f"{name} {' '.join(map(str, words))[:200]}: {found['failed']} failed")
    return found
