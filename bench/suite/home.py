"""A queue of ours in a temporary home, with its supervisor."""

import json
import os
import shutil
import sqlite3
import tempfile
import time

from .programs import ours, run


class Queue:
    def __init__(self, workers=1, supervised=True, settings=""):
        self.folder = tempfile.mkdtemp(prefix="koubou-bench.")
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home, 0o700)
        with open(os.path.join(self.home, "koubou.conf"), "w") as file:
            file.write(settings)
        os.chmod(file.name, 0o600)
        self.ctl("pause")
        if supervised:
            self.start(workers)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def ctl(self, *words, input=None, timeout=300):
        return run([ours("koubouctl"), *map(str, words)], self.home, input, timeout=timeout)

    def start(self, workers):
        self.ctl("start", "--min", workers, "--max", workers, "--idle-timeout", "1h")
        deadline = time.monotonic() + 30
        while len([worker for worker in self.workers() if worker["status"] == "idle"]) < workers:
            if time.monotonic() > deadline:
                raise RuntimeError("the workers did not come")
            time.sleep(0.02)

    def stop(self):
        if self.supervisor():
            self.ctl("stop", "--now")

    @property
    def database(self):
        return os.path.join(self.home, "db/koubou.db")

    def workers(self):
        return [json.loads(line) for line in self.ctl("workers", "--json").splitlines()]

    def supervisor(self):
        # Exit status 1 when none runs.
        try:
            return json.loads(self.ctl("status", "--json"))["pid"]
        except RuntimeError:
            return None

    def processes(self):
        return [self.supervisor()] + [worker["pid"] for worker in self.workers()]

    def submit_many(self, count, argv=("/bin/true",)):
        line = json.dumps({"argv": list(argv)}) + "\n"
        return self.ctl("submit", "--jsonl", input=(line * count).encode()).encode()

    def drain(self, ids, timeout=300):
        """Seconds from the first claim on until `wait` has told that all have ended, which it does when that is safe."""
        began = time.monotonic()
        self.ctl("resume")
        self.ctl("wait", "-", input=ids, timeout=timeout)
        seconds = time.monotonic() - began
        self.ctl("pause")
        return seconds

    def connect(self):
        connection = sqlite3.connect(self.database, timeout=30, isolation_level=None)
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        return connection
