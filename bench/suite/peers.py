"""The peers, each in a folder of its own; what is not installed is left out."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from .programs import ROOT, limit

PYTHON = os.path.join(ROOT, ".build/peers/bin/python")

#: What each one promises, for the report.
DURABILITY = {
    "koubou": "an id that was printed survives a power cut; results survive kill -9, and a power cut before anybody is told",
    "C, the same schema": "as Koubou: one process, nothing but the SQL",
    "C, one row": "one row, safe against a power cut",
    "C prototype": "as Koubou",
    "bare spawn": "nothing is kept",
    "task-spooler": "memory only: lost with its server",
    "nq": "a file a job, not synced; no result but the output",
    "at": "a file a job, not synced; output by mail",
    "parallel": "no queue: a log of what has ended, not synced",
    "beanstalkd, synced": "each put and delete synced; no results",
    "beanstalkd, not synced": "written, not synced; no results",
    "redis, synced": "each command synced",
    "huey": "SQLite; a task that was taken is lost with its worker",
    "rq": "Redis; a fork for each job",
    "celery": "Redis; acknowledged before the run, so lost with its worker",
    "litequeue": "SQLite, not synced; a list of messages: the worker is a loop of ours, and a taken message is lost with it",
}


def has(name):
    return shutil.which(name) is not None


def path_of(name):
    return shutil.which(name)


def has_module(name):
    return os.path.exists(PYTHON) and subprocess.run(
        [PYTHON, "-c", f"import {name}"], capture_output=True).returncode == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A daemon of a peer with a folder of its own; ended by its pid."""

    def __init__(self, words, folder, port=None):
        self.folder, self.port = folder, port
        self.process = subprocess.Popen(
            words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while port and not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"{words[0]} does not answer")
            time.sleep(0.02)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def folder():
    return tempfile.mkdtemp(prefix="koubou-peer.")


def beanstalkd(synced):
    own, port = folder(), free_port()
    return Server(["beanstalkd", "-l", "127.0.0.1", "-p", str(port), "-b", own, *(["-f0"] if synced else ["-F"])], own, port)


def synced_beanstalkd():
    """None where it is not installed."""
    return beanstalkd(True) if has("beanstalkd") else contextlib.nullcontext()


def redis():
    own, port = folder(), free_port()
    return Server(
        ["redis-server", "--port", str(port), "--dir", own, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
         "--daemonize", "no"], own, port)


class Scratch:
    """A folder for a while."""

    def __enter__(self):
        self.path = folder()
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class TaskSpooler:
    """Its server starts with the first command."""

    def __init__(self, slots=1):
        self.folder = folder()
        self.environment = dict(os.environ, TS_SOCKET=os.path.join(self.folder, "socket"), TMPDIR=self.folder)
        self.run("-S", str(slots))

    @property
    def settings(self):
        return [f"{name}={self.environment[name]}" for name in ("TS_SOCKET", "TMPDIR")]

    def run(self, *words):
        return subprocess.run(["tsp", *words], env=self.environment, capture_output=True, check=True).stdout.decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tsp", "-K"], env=self.environment, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def at_jobs():
    """The jobs that at(1) holds for us, by number."""
    if not has("atq"):
        return set()
    return {line.split()[0] for line in subprocess.run(["atq"], capture_output=True, text=True).stdout.splitlines()}


class Submitting:
    """The programs of the shell that hand in a job, where they are installed: name -> words."""

    def __enter__(self):
        self.folder = folder()
        self.known = at_jobs()
        self.spooler = TaskSpooler() if has("tsp") else None
        words = {}
        if self.spooler:
            # env(1) before it costs an exec; so does ours, which gets its home that way too.
            words["task-spooler"] = ["/usr/bin/env", *self.spooler.settings, path_of("tsp"), "-n", "/bin/true"]
        if has("nq"):
            words["nq"] = ["/usr/bin/env", f"NQDIR={self.folder}", path_of("nq"), "-q", "/bin/true"]
        if has("at"):
            script = os.path.join(self.folder, "script")
            with open(script, "w") as file:
                file.write("/bin/true\n")
            # Not now: its spool is the machine's own, and what lies there is taken away again.
            words["at"] = [path_of("at"), "-f", script, "now", "+", "1", "day"]
        return words

    def __exit__(self, *_):
        if self.spooler:
            self.spooler.__exit__()
        ours = at_jobs() - self.known
        if ours:
            subprocess.run(["atrm", *ours], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def that_work(contenders):
    """Those of the contenders that do what they are asked for once; the others are named."""
    working = {}
    for name, run in contenders.items():
        try:
            run()
            working[name] = run
        except (RuntimeError, subprocess.SubprocessError, OSError) as error:
            print(f"bench: {name} is left out: {error}", file=sys.stderr)
    return working


def drain_task_spooler(slots, count):
    with TaskSpooler(slots) as peer:
        began = time.monotonic()
        for _ in range(count):
            peer.run("-n", "/bin/true")
        peer.run("-w")
        return count / (time.monotonic() - began)


def drain_beanstalkd(synced, workers, count):
    with beanstalkd(synced) as server:
        subprocess.run([limit("beanstalk"), "put", str(server.port), str(count), "/bin/true"], check=True)
        began = time.monotonic()
        clients = [
            subprocess.Popen([limit("beanstalk"), "work", str(server.port), str(count // workers)])
            for _ in range(workers)
        ]
        for client in clients:
            client.wait(300)
        return count // workers * workers / (time.monotonic() - began)


def drain_parallel(workers, count):
    own = folder()
    try:
        began = time.monotonic()
        subprocess.run(
            ["parallel", "--will-cite", "-j", str(workers), "--joblog", os.path.join(own, "log"), "/bin/true"],
            input=("x\n" * count).encode(), env=dict(os.environ, HOME=own), check=True, capture_output=True)
        return count / (time.monotonic() - began)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def drain_python(kind, workers, count):
    """Tasks of huey, rq, celery and litequeue that start /bin/true."""
    own = folder()
    server = redis() if kind in ("rq", "celery") else None
    try:
        done = subprocess.run(
            [PYTHON, os.path.join(ROOT, "bench/suite/python_peer.py"), kind, str(workers), str(count), own,
             str(server.port if server else 0)], capture_output=True, timeout=120, cwd=own)
        if done.returncode != 0:
            raise RuntimeError(f"{kind}: {done.stderr.decode()[-800:]}")
        return float(done.stdout.decode().split()[-1])
    finally:
        if server:
            server.__exit__()
        shutil.rmtree(own, ignore_errors=True)
