"""A thousand clients that follow the events, each of which gets all of them in their order."""

import re
import select
import socket
import subprocess
import threading
import time

from .gateway import Gateway, Row

CLIENTS = 1000
SECONDS = 5
NUMBER = re.compile(rb"^id: (\d+)\n", re.MULTILINE)


class Followers:
    def __init__(self, port):
        self.poll = select.epoll()
        self.clients = {}
        for _ in range(CLIENTS):
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(b"GET /events?since=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.setblocking(False)
            self.poll.register(client, select.EPOLLIN)
            self.clients[client.fileno()] = [client, 0, b""]
        self.gaps = 0

    def read(self, wait):
        for number, _ in self.poll.poll(wait):
            client, seen, rest = self.clients[number]
            bytes = rest + client.recv(1 << 18)
            # What comes in chunks may cut a line: only whole ones are looked at.
            end = bytes.rfind(b"\n") + 1
            for found in NUMBER.findall(bytes, 0, end):
                self.gaps += int(found) != seen + 1
                seen = int(found)
            self.clients[number] = [client, seen, bytes[end:]]

    def behind(self, last):
        return sum(seen < last for _, seen, _ in self.clients.values())

    def close(self):
        for client, _, _ in self.clients.values():
            client.close()


def measure():
    with Gateway("rate = 0\nconnections_max = 2000\n") as gateway:
        followers = Followers(gateway.port)
        posted = {}
        # Slow enough that Python, which reads it all a thousand times, keeps up.
        poster = threading.Thread(target=lambda: posted.update(post(gateway.port)))
        began = time.monotonic()
        poster.start()
        while poster.is_alive():
            followers.read(0.1)
        last, deadline = posted["last"], time.monotonic() + 120
        while followers.behind(last) and time.monotonic() < deadline:
            followers.read(0.1)
        seconds, behind, memory = time.monotonic() - began, followers.behind(last), gateway.peak
        followers.close()
    yield Row(f"{CLIENTS:,} followers of {last:,} events: gaps, or out of order", str(followers.gaps), "0", followers.gaps == 0)
    yield Row("… that did not get all of them", str(behind), "0", behind == 0)
    yield Row("… events delivered a second", f"{CLIENTS * last / seconds:,.0f}")
    yield Row("… memory at most (VmHWM)", f"{memory:.1f} MiB", "< 64 MiB", memory < 64)


def post(port):
    """Hands in tasks for a while; each is one event."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        body = b'{"prompt":"x"}'
        head = b"POST /task/delegate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        end, count = time.monotonic() + SECONDS, 0
        while time.monotonic() < end:
            client.sendall(head % len(body) + body)
            answer = client.recv(65536)
            if b" 200 " not in answer[:20]:
                raise RuntimeError(answer.decode())
            count += 1
            time.sleep(0.01)
        return {"last": count}
