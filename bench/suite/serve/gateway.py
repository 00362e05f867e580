"""A gateway of ours in a temporary home, and the figures of its process."""

import dataclasses
import os
import re
import shutil
import subprocess
import tempfile

from ..programs import ours


@dataclasses.dataclass
class Row:
    """One line of the report."""
    what: str
    figure: str
    goal: str = ""
    is_met: bool = True


class Gateway:
    """Ended by its pid."""

    def __init__(self, settings=""):
        self.folder = tempfile.mkdtemp(prefix="koubou-bench.")
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home, 0o700)
        with open(os.path.join(self.home, "koubou.conf"), "w") as file:
            file.write("[serve]\n" + settings)
        self.process = subprocess.Popen(
            [ours("koubouctl"), "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, cwd=self.folder,
            env=dict(os.environ, KOUBOU_HOME=self.home))
        self.port = int(re.search(rb":(\d+)$", self.process.stdout.readline().strip()).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def figure(self, file, name):
        """The number that stands after `name:` in a file of /proc/PID."""
        with open(f"/proc/{self.process.pid}/{file}") as text:
            return int(re.search(rf"^{name}:\s+(\d+)", text.read(), re.MULTILINE).group(1))

    @property
    def pss(self):
        """MiB."""
        return self.figure("smaps_rollup", "Pss") / 1024

    @property
    def peak(self):
        """MiB that it held at most."""
        return self.figure("status", "VmHWM") / 1024

    @property
    def switches(self):
        return self.figure("status", "voluntary_ctxt_switches") + self.figure("status", "nonvoluntary_ctxt_switches")
