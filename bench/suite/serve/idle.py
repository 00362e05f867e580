"""What a gateway costs that nobody is connected to."""

import time

from .gateway import Gateway, Row

SECONDS = 10


def measure():
    with Gateway() as gateway:
        time.sleep(1)
        before = gateway.switches
        time.sleep(SECONDS)
        woken, memory = gateway.switches - before, gateway.pss
    yield Row("idle, nobody connected: memory (PSS)", f"{memory:.1f} MiB", "< 12 MiB", memory < 12)
    yield Row(f"idle, nobody connected: wake-ups in {SECONDS} s", str(woken), "0", woken == 0)
