"""Tasks handed in over kept connections, each answered when it is on disk."""

import contextlib
import os
import shutil
import tempfile

from .. import peers
from ..programs import ROOT, measured
from ..sampling import interleave, median
from .gateway import Gateway, Row

CONNECTIONS = (1, 8, 32, 64, 128)
SECONDS = 2
ROUNDS = 3


def gunicorn(port):
    """Two processes of eight threads: on two cores more of them are no faster."""
    return [
        os.path.join(os.path.dirname(peers.PYTHON), "gunicorn"), "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--workers", "2", "--threads", "8", "--keep-alive", "75", "--log-level", "error", "--chdir",
        os.path.join(ROOT, "bench/suite"), "flask_gateway:app",
    ]


def flask(port):
    """The server that Flask brings: a thread for each connection, a connection for each request."""
    return [peers.PYTHON, os.path.join(ROOT, "bench/suite/flask_gateway.py"), str(port)]


@contextlib.contextmanager
def flask_gateway(words):
    folder, port = tempfile.mkdtemp(prefix="koubou-bench."), peers.free_port()
    os.environ["GATEWAY_DATABASE"] = os.path.join(folder, "tasks.db")
    try:
        with peers.Server(words(port), folder, port):
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rates(kind, port, connections):
    return measured("post", kind, port, connections, SECONDS)["rate"]


def measure():
    best = {}
    with contextlib.ExitStack() as stack:
        doors = {"Koubou": ("http", stack.enter_context(Gateway("rate = 0\n")).port)}
        if peers.has("beanstalkd"):
            doors["beanstalkd -f0"] = ("beanstalkd", stack.enter_context(peers.beanstalkd(True)).port)
        if peers.has_module("flask") and peers.has_module("gunicorn"):
            doors["Flask + SQLite"] = ("http", stack.enter_context(flask_gateway(flask)))
            doors["Flask + SQLite, gunicorn"] = ("http", stack.enter_context(flask_gateway(gunicorn)))
        for connections in CONNECTIONS:
            contenders = {name: lambda door=door: rates(*door, connections) for name, door in doors.items()}
            for name, samples in interleave(contenders, ROUNDS).items():
                best[name] = max(best.get(name, (0, 0)), (median(samples), connections))
    for name, (rate, connections) in best.items():
        yield Row(f"POST, best of 1 to {CONNECTIONS[-1]} connections: {name}", f"{rate:,.0f} /s at {connections} connections")
    for name, goal in (("beanstalkd -f0", 1), ("Flask + SQLite", 20), ("Flask + SQLite, gunicorn", None)):
        if name in best:
            ratio = best["Koubou"][0] / best[name][0]
            yield Row(f"Koubou to {name}", f"{ratio:.1f} times", goal and f"≥ {goal}", not goal or ratio >= goal)
