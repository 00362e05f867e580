"""Drives `/ws` of `koubouctl serve` with the package websockets.

usage: socket_client.py URL

URL is of a gateway that takes general tasks, and whose queue has a supervisor. Prints what went well, a line each; exits with 1 at
the first thing that did not.
"""

import asyncio
import json
import sys
import urllib.request

import websockets

URL = sys.argv[1]


def check(condition, what):
    if not condition:
        raise AssertionError(what)
    print(f"ok {what}", flush=True)


def delegate(prompt):
    body = json.dumps({"prompt": prompt}).encode()
    request = urllib.request.Request(URL + "/task/delegate", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["task_id"]


async def next_of(socket, kind):
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), 60))
        if message["type"] == kind:
            return message


async def main():
    address = URL.replace("http", "ws", 1) + "/ws"
    async with websockets.connect(address) as socket:
        first = json.loads(await socket.recv())
        check(first["type"] == "initial_state" and "stats" in first["data"], "the state comes first")
        for channel in ("task", "worker", "system"):
            await socket.send(json.dumps({"command": "subscribe", "channel": channel}))
            check((await next_of(socket, "subscribed"))["channel"] == channel, f"{channel} is subscribed to")
        task = await asyncio.to_thread(delegate, "x")
        states = []
        while not states or states[-1] != "completed":
            update = (await next_of(socket, "task_update"))["data"]
            if update["task_id"] == task:
                states.append(update["to"])
        check(states == ["pending", "in_progress", "completed"], f"the task is told of: {states}")
        await socket.send('{"command":"get_stats"}')
        check("tasks" in (await next_of(socket, "stats"))["data"], "numbers are told")
        await (await socket.ping(b"abc"))
        check(True, "a ping is answered")
        await next_of(socket, "periodic_stats")
    check(socket.close_code == 1000, "it is closed in good order")
    async with websockets.connect(address) as socket:
        await socket.send(b"\x00")
        try:
            while True:
                await asyncio.wait_for(socket.recv(), 60)
        except websockets.ConnectionClosed as closed:
            check(closed.rcvd.code == 1003, "bytes are refused with a code")
    try:
        await websockets.connect(address, origin="http://evil.example")
    except websockets.InvalidStatus as refused:
        check(refused.response.status_code == 403, "pages of other sites are refused")


asyncio.run(main())
