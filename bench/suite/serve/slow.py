"""Ten thousand clients that never end their request, beside one that means it."""

import socket
import threading
import time

from ..sampling import median
from .gateway import Gateway, Row

LORISES = 10_000
SECONDS = 10


class Lorises(threading.Thread):
    """Opens connections, sends a byte of a head now and then, and comes again when it is thrown out."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.open, self.is_ending, self.thrown = port, [], False, 0

    def dial(self):
        client = socket.create_connection(("127.0.0.1", self.port))
        client.sendall(b"GET /tasks HTTP/1.1\r\nX-Slow: ")
        client.setblocking(False)
        return client

    def run(self):
        self.open = [self.dial() for _ in range(LORISES)]
        while not self.is_ending:
            for place, client in enumerate(self.open):
                if self.is_ending:
                    break
                try:
                    client.send(b"x")
                except OSError:
                    client.close()
                    self.thrown += 1
                    self.open[place] = self.dial()
        for client in self.open:
            client.close()


def ask(port):
    """One request on a connection of its own; milliseconds, or nothing where it fails."""
    began = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            client.settimeout(5)
            client.sendall(b"GET /tasks?limit=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return (time.monotonic() - began) * 1e3 if b" 200 " in client.recv(65536)[:20] else None
    except OSError:
        return None


def measure():
    for name, settings in (("at most 2,048 connections, as set", ""), ("all of them held", "connections_max = 12000\n")):
        with Gateway("rate = 0\nrequest_timeout = 1h\n" + settings) as gateway:
            lorises = Lorises(gateway.port)
            lorises.start()
            while len(lorises.open) < LORISES:
                time.sleep(0.1)
            times, end = [], time.monotonic() + SECONDS
            while time.monotonic() < end:
                times.append(ask(gateway.port))
                time.sleep(0.01)
            memory = gateway.peak
            lorises.is_ending = True
            lorises.join()
        failed = times.count(None)
        answered = sorted(took for took in times if took is not None) or [float("inf")]
        yield Row(f"{LORISES:,} half requests, {name}: requests of a real client that failed",
                  f"{failed} of {len(times)}", "0", failed == 0)
        yield Row("… its median and worst answer", f"{median(answered):.1f} and {answered[-1]:.0f} ms")
        yield Row("… memory at most (VmHWM)", f"{memory:.1f} MiB")
