"""Drives the MCP server with the client of the package mcp, 1.x or 2.x: every tool, resource, prompt and subscription.

usage: mcp_client.py KOUBOUCTL|URL handshake|stateless

Over stdio with `koubouctl mcp`, or over HTTP with what answers at the URL. KOUBOU_HOME names a queue whose supervisor runs, and whose [mcp] allows shell. Prints what went well, a line each; exits
with 1 at the first thing that did not.
"""

import os
import sys
from contextlib import asynccontextmanager
from importlib.metadata import version

import anyio
from mcp import ClientSession, StdioServerParameters, stdio_client, types

PACKAGE = int(version("mcp").split(".")[0])
PROGRAM, ERA = sys.argv[1:]
EXTENSION = "io.modelcontextprotocol/tasks"
IS_HTTP = PROGRAM.startswith("http://")
server = PROGRAM if IS_HTTP else StdioServerParameters(command=PROGRAM, args=["mcp"], env=dict(os.environ))
updates = []
# It changes when somebody listens.
WAITS = f"until [ -e '{os.path.abspath('heard')}' ]; do sleep 0.05; done; echo x"


def plain(model):
    """As on the wire, whatever the package calls its fields."""
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


def check(condition, what):
    if not condition:
        raise AssertionError(what)
    print(f"ok {what}", flush=True)


async def on_message(message):
    message = getattr(message, "root", message)
    if getattr(message, "method", "") == "notifications/resources/updated":
        updates.append(str(message.params.uri))


async def until(condition, what):
    with anyio.fail_after(150):
        while not condition():
            await anyio.sleep(0.01)
    check(True, what)


async def everything(client):
    """What both eras and both packages have."""

    async def call(name, arguments=None, **more):
        result = plain(await client.call_tool("koubou_" + name, arguments or {}, **more))
        if not result.get("isError"):
            check("structuredContent" in result and result["content"][0]["type"] == "text", f"{name} answers in both forms")
        return result

    tools = plain(await client.list_tools())["tools"]
    check(len(tools) == 10, "ten tools")
    for tool in tools:
        for field in ["title", "description", "inputSchema", "outputSchema", "annotations"]:
            check(field in tool, f"{tool['name']} has {field}")

    # The package checks each structured answer against the schema.
    done = await call("delegate_task", {"type": "shell", "prompt": "echo one", "title": "first", "key": "k"})
    task = done["structuredContent"]["task_id"]
    batch = await call("delegate_batch", {"tasks": [{"type": "shell", "prompt": f"echo {n}"} for n in range(5)]})
    ids = batch["structuredContent"]["task_ids"]
    check(len(ids) == 5, "five tasks of a batch")

    seen = []

    async def progress(done, total, message):
        seen.append((done, total))

    waited = await call("wait_for_tasks", {"task_ids": [task] + ids}, progress_callback=progress)
    check(waited["structuredContent"]["done"], "all have ended")
    check(seen == sorted(set(seen)), "progress rises strictly")
    result = await call("get_task_result", {"task_id": task})
    check(result["structuredContent"]["output"] == "one\n", "the output is there")
    status = await call("get_task_status", {"task_ids": ids})
    check({t["status"] for t in status["structuredContent"]["tasks"]} == {"completed"}, "all have completed")
    listed = await call("list_tasks", {"limit": 2, "status": ["completed"]})
    check(len(listed["structuredContent"]["tasks"]) == 2, "a page of tasks")
    await call("get_system_stats")
    findings = (await call("doctor"))["structuredContent"]["findings"]
    check(any(f["check"] == "supervisor" and f["status"] == "ok" for f in findings), "doctor sees the supervisor")

    running = (await call("delegate_task", {"type": "shell", "prompt": "sleep 1000"}))["structuredContent"]["task_id"]
    partial = await call("wait_for_tasks", {"task_ids": [running], "timeout": 0.2})
    check(partial["structuredContent"]["pending"] == [running], "the state so far")
    cancelled = await call("cancel_task", {"task_id": running})
    check(cancelled["structuredContent"]["status"] == "cancelled", "cancelled")
    check((await call("retry_task", {"task_id": running}))["structuredContent"]["task_id"] == running, "retried")
    await call("cancel_task", {"task_id": running})

    for name, arguments in [
        ("get_task_result", {"task_id": 4711}), ("delegate_task", {"type": "shel", "prompt": "x"}),
        ("delegate_task", {"type": "exec"}), ("wait_for_tasks", {"task_ids": []}), ("cancel_task", {"task_id": "x"}),
    ]:
        mistake = await call(name, arguments)
        check(mistake.get("isError") and ": " in mistake["content"][0]["text"], f"{name} tells how to mend {arguments}")

    resources = plain(await client.list_resources())["resources"]
    check(any(r["uri"] == "koubou://stats" for r in resources), "resources are listed")
    check(len(plain(await client.list_resource_templates())["resourceTemplates"]) == 2, "templates are listed")
    for uri, part in [("koubou://stats", '"tasks"'), (f"koubou://task/{task}", '"completed"'), (f"koubou://task/{task}/output", "one\n")]:
        text = plain(await client.read_resource(uri))["contents"][0]["text"]
        check(part in text, f"{uri} is read")
    prompts = plain(await client.list_prompts())["prompts"]
    check([p["name"] for p in prompts] == ["delegate"], "the prompt is listed")
    prompt = plain(await client.get_prompt("delegate", {"goal": "tidy up"}))
    check("tidy up" in prompt["messages"][0]["content"]["text"], "the prompt knows the goal")

    # Many calls at once: each is answered when its task ends, the last one first.
    gates = (await call("delegate_batch", {"tasks": [
        {"type": "shell", "prompt": f"sleep 0.{n}"} for n in (9, 5, 1)]}))["structuredContent"]["task_ids"]
    order = []

    async def wait(task):
        await call("wait_for_tasks", {"task_ids": [task]})
        order.append(task)

    async with anyio.create_task_group() as group:
        for task in gates:
            group.start_soon(wait, task)
    check(set(order) == set(gates), "calls that wait don't hold up each other")
    return call


async def cancelled_wait(client, call):
    running = (await call("delegate_task", {"type": "shell", "prompt": "sleep 1000"}))["structuredContent"]["task_id"]
    with anyio.move_on_after(0.3):
        await client.call_tool("koubou_wait_for_tasks", {"task_ids": [running]})
    status = await call("get_task_status", {"task_ids": [running]})
    check(status["structuredContent"]["tasks"][0]["status"] in ("pending", "in_progress"), "a call given up cancels no task")
    await call("cancel_task", {"task_id": running})


@asynccontextmanager
async def connection_of_1():
    if not IS_HTTP:
        async with stdio_client(server) as streams:
            yield streams
        return
    from mcp.client.streamable_http import streamable_http_client

    async with streamable_http_client(server) as (read, write, session_id):
        yield read, write
        check(session_id(), "the session has an id")


async def with_1():
    async with connection_of_1() as (read, write):
        async with ClientSession(read, write, message_handler=on_message) as client:
            opened = plain(await client.initialize())
            check(opened["protocolVersion"] == "2025-11-25" and "Koubou" in opened["instructions"], "handshake")
            await client.send_ping()
            call = await everything(client)
            await cancelled_wait(client, call)
            await handshake_subscription(client, call)
            made = await client.experimental.call_tool_as_task("koubou_delegate_task", {"type": "shell", "prompt": "sleep 0.3; echo late"})
            task = made.task.taskId
            check(made.task.status == "working", "a call became a task")
            result = plain(await client.experimental.get_task_result(task, types.CallToolResult))
            check(result["structuredContent"]["output"] == "late\n", "tasks/result waits for the output")
            check((await client.experimental.get_task(task)).status == "completed", "tasks/get")
            check(any(t.taskId == task for t in (await client.experimental.list_tasks()).tasks), "tasks/list")
            made = await client.experimental.call_tool_as_task("koubou_delegate_task", {"type": "shell", "prompt": "sleep 1000"})
            check((await client.experimental.cancel_task(made.task.taskId)).status == "cancelled", "tasks/cancel")
            made = await client.experimental.call_tool_as_task("koubou_delegate_task", {"type": "shell", "prompt": "exit 3"})
            result = plain(await client.experimental.get_task_result(made.task.taskId, types.CallToolResult))
            check(result["isError"], "a task that failed is an error")
            check((await client.experimental.get_task(made.task.taskId)).status == "failed", "and has failed")


async def handshake_subscription(client, call):
    task = (await call("delegate_task", {"type": "shell", "prompt": WAITS}))["structuredContent"]["task_id"]
    uri = f"koubou://task/{task}"
    await client.subscribe_resource(uri)
    open("heard", "w").close()
    await until(lambda: uri in updates, "a subscriber hears of a change")
    await client.unsubscribe_resource(uri)
    await call("wait_for_tasks", {"task_ids": [task]})


async def with_2():
    from typing import Literal

    from mcp import Client
    from mcp.client.extension import ClientExtension, ResultClaim
    from mcp_types import CallToolResult, Request, RequestParams, Result

    if ERA == "handshake":
        async with Client(server, mode="legacy", message_handler=on_message) as client:
            check(client.protocol_version == "2025-11-25", "handshake")
            await client.send_ping()
            call = await everything(client)
            await cancelled_wait(client, call)
            await handshake_subscription(client, call)
        return

    async with Client(server, mode="auto") as client:
        check(client.protocol_version == "2026-07-28" and "Koubou" in client.instructions, "discovery")
        check(EXTENSION in plain(client.server_capabilities)["extensions"], "the extension is declared")
        call = await everything(client)
        await cancelled_wait(client, call)
        task = (await call("delegate_task", {"type": "shell", "prompt": WAITS}))["structuredContent"]["task_id"]
        uri = f"koubou://task/{task}"
        async with client.listen(resource_subscriptions=[uri]) as changes:
            check(changes.honored.resource_subscriptions == [uri], "the subscription is acknowledged")
            open("heard", "w").close()
            async for change in changes:
                check(change.uri == uri, "a subscriber hears of a change")
                break

    class Handle(Result):
        result_type: Literal["task"] = "task"
        taskId: str
        status: str

    class TaskParams(RequestParams):
        taskId: str

    class GetTask(Request[TaskParams, Literal["tasks/get"]]):
        method: Literal["tasks/get"] = "tasks/get"

    class Told(Result):
        model_config = {"extra": "allow"}

    class Tasks(ClientExtension):
        identifier = EXTENSION

        def settings(self):
            return {}

        def claims(self):
            async def resolve(handle, context):
                while True:
                    told = plain(await context.session.send_request(GetTask(params=TaskParams(taskId=handle.taskId)), Told))
                    if told["status"] != "working":
                        return CallToolResult.model_validate(told["result"])
                    await anyio.sleep(0.05)

            return [ResultClaim(result_type="task", model=Handle, resolve=resolve)]

    async with Client(server, mode="2026-07-28", extensions=[Tasks()]) as client:
        result = plain(await client.call_tool("koubou_delegate_task", {"type": "shell", "prompt": "echo late"}))
        check(result["structuredContent"]["output"] == "late\n", "a call became a task, and its outcome the answer")
        result = plain(await client.call_tool("koubou_delegate_task", {"type": "shell", "prompt": "exit 3"}))
        check(result["isError"], "a task that failed has completed with an error")


anyio.run(with_1 if PACKAGE == 1 else with_2)
print(f"all well with mcp {version('mcp')}, {ERA}, {'HTTP' if IS_HTTP else 'stdio'}")
