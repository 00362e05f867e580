"""Drives the page of `koubouctl serve` in a real Chromium.

usage: page.py URL FOLDER CHECK

URL is of a gateway that takes shell and exec tasks and whose queue has a supervisor; FOLDER is where its tasks run. Prints what went
well, a line each; exits with 1 at the first thing that did not. Screenshots go into KOUBOU_SCREENSHOTS, if that is set.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from playwright.sync_api import expect, sync_playwright

import accessibility

URL, FOLDER, CHECK = sys.argv[1:]
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 30_000  # milliseconds: other tests keep the processors busy
SHOTS = os.environ.get("KOUBOU_SCREENSHOTS")
# Each would leave a mark if anything took it for markup.
PAYLOADS = [
    "<img src=x onerror=window.pwned=1>",
    "<script>window.pwned=1</script>",
    "\"><svg onload=window.pwned=1>",
    "javascript:window.pwned=1",
    '{{constructor.constructor("window.pwned=1")()}}',
    "</pre></textarea></title><b>bold</b>",
]


def check(condition, what):
    if not condition:
        raise AssertionError(what)
    print(f"ok {what}", flush=True)


def call(method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        URL + path, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {path}: {error.read().decode()}") from error


def hand_in(prompt, **more):
    return call("POST", "/task/delegate", {"type": "shell", "prompt": prompt, **more})["task_id"]


def touch(name):
    pathlib.Path(FOLDER, name).touch()


class Visit:
    """A page in a window of its own; whatever it complains about fails the check."""

    def __init__(self, browser, scheme="light", width=1440, height=900, token_needed=False):
        headers = {"X-Forwarded-For": "192.0.2.1"} if token_needed else {}
        self.context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": height}, extra_http_headers=headers)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self.hear)
        self.page.goto(URL + "/")

    def hear(self, message):
        # What the browser itself says of an answer that is no success.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            check(not self.faults, f"the page complains of nothing {self.faults}")
        elif SHOTS:
            self.page.screenshot(path=f"{SHOTS}/failed-{CHECK}.png")
        self.context.close()

    def shot(self, name, whole=False):
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=whole)

    def live(self):
        expect(self.page.locator("#live-text")).to_have_text("Live", timeout=PATIENCE)

    def count(self, state):
        return self.page.locator(f"#states button[data-state={state}] b")

    def row(self, task):
        return self.page.locator(f"#tasks tr[data-task='{task}']")

    def state(self, task, word):
        expect(self.row(task).locator(".state")).to_have_text(word, timeout=PATIENCE)

    def open(self, task):
        self.row(task).locator(".open").click()
        expect(self.page.locator("#detail-id")).to_have_text(f"Task {task}", timeout=PATIENCE)

    def said(self, text):
        expect(self.page.locator("#notice")).to_contain_text(text, timeout=PATIENCE)

    def close(self):
        self.page.click("#detail-close")


def submit(browser):
    with Visit(browser) as visit:
        page = visit.page
        visit.live()
        expect(visit.count("completed")).to_have_text("0", timeout=PATIENCE)
        page.click("#submit-open")
        page.fill("[name=type]", "code")
        page.fill("[name=prompt]", "echo first; until [ -e go ]; do sleep 0.05; done; echo second")
        page.click("#submit-form .primary")
        expect(page.locator("#submit-error")).to_contain_text("not taken over HTTP", timeout=PATIENCE)
        check(True, "why a task is refused is told in its form")
        page.fill("[name=type]", "shell")
        page.fill("[name=title]", "Two lines")
        page.fill("[name=tags]", "one, two")
        page.click("#submit-form .primary")
        expect(page.locator("#detail-title")).to_have_text("Two lines", timeout=PATIENCE)
        expect(page.locator("#output")).to_have_text("first\n", timeout=PATIENCE)
        expect(page.locator("#detail-state")).to_have_text("Running", timeout=PATIENCE)
        expect(page.locator("#detail-facts")).to_contain_text("one, two", timeout=PATIENCE)
        check(True, "a task that was handed in is watched while it runs")
        active = page.locator(".chart").nth(1)
        expect(active.locator("b")).to_have_text("1", timeout=PATIENCE)
        expect(page.locator("#workers .what").first).to_have_text("Two lines", timeout=PATIENCE)
        before = page.locator(".chart path.bars-good").get_attribute("d")
        touch("go")
        expect(page.locator("#output")).to_have_text("first\nsecond\n", timeout=PATIENCE)
        expect(page.locator("#detail-state")).to_have_text("Completed", timeout=PATIENCE)
        expect(visit.count("completed")).to_have_text("1", timeout=PATIENCE)
        expect(page.locator(".chart").nth(2).locator("b")).to_have_text("1 completed, 0 failed", timeout=PATIENCE)
        check(page.locator(".chart path.bars-good").get_attribute("d") != before, "the charts move with the queue")
        visit.close()
        # Tasks of others come by themselves.
        task = hand_in("true", title="of another")
        visit.state(task, "Completed")
        check(True, "what others hand in is seen at once")


def control(browser):
    with Visit(browser) as visit:
        page = visit.page
        visit.live()
        task = hand_in("until [ -e end ]; do sleep 0.05; done", title="to be cancelled")
        visit.state(task, "Running")
        visit.open(task)
        page.click("#detail-cancel")
        expect(page.locator("#detail-state")).to_have_text("Cancelled", timeout=PATIENCE)
        visit.state(task, "Cancelled")
        touch("end")
        page.click("#detail-retry")
        expect(page.locator("#detail-state")).to_have_text("Completed", timeout=PATIENCE)
        visit.close()
        check(True, "a task is cancelled and tried again")

        page.click("#types button[data-type=shell]")
        visit.said("Type shell paused")
        held = hand_in("true", title="held")
        visit.state(held, "Pending")
        check(call("GET", "/pool")["paused"] == ["shell"], "a type is paused")
        visit.open(held)
        page.select_option("#detail-priority", "9")
        visit.said("has priority 9")
        expect(visit.row(held).locator("td").nth(3)).to_have_text("9", timeout=PATIENCE)
        visit.close()
        check(True, "a priority is changed")
        page.click("#types button[data-type=shell]")
        visit.state(held, "Completed")
        page.click("#pause-all")
        expect(page.locator("#pause-all")).to_have_text("Resume all", timeout=PATIENCE)
        check(call("GET", "/pool")["paused"] == ["all"], "all types are paused")
        page.click("#pause-all")
        expect(page.locator("#pause-all")).to_have_text("Pause all", timeout=PATIENCE)
        check(call("GET", "/pool")["paused"] == [], "and resumed")

        page.click("#pool-open")
        page.fill("#pool-form [name=min]", "9")
        page.fill("#pool-form [name=max]", "3")
        page.click("#pool-form .primary")
        expect(page.locator("#pool-error")).not_to_be_empty(timeout=PATIENCE)
        page.fill("#pool-form [name=min]", "2")
        page.click("#pool-form .primary")
        expect(page.locator("#pool-text")).to_contain_text("2 to 3 workers", timeout=PATIENCE)
        expect(page.locator("#workers li")).to_have_count(2, timeout=PATIENCE)
        check(True, "the pool is changed, and grows")

        for number in range(60):
            hand_in("true", title=f"many {number}", tags=["even" if number % 2 == 0 else "odd"])
        failed = hand_in("echo needle >&2; exit 3", title="Haystack")
        visit.state(failed, "Failed")
        page.click("#states button[data-state=failed]")
        expect(page.locator("#tasks tr")).to_have_count(1, timeout=PATIENCE)
        page.click("#states button[data-state=failed]")
        page.fill("#search", "hayst")
        expect(page.locator("#tasks tr")).to_have_count(1, timeout=PATIENCE)
        visit.open(failed)
        page.click("[data-stream=stderr]")
        expect(page.locator("#output")).to_have_text("needle\n", timeout=PATIENCE)
        expect(page.locator("#detail-error")).to_have_text("exit status 3", timeout=PATIENCE)
        expect(page.locator("#attempts tr")).to_have_count(1, timeout=PATIENCE)
        visit.close()
        page.click("#filter-clear")
        page.fill("#filter-tag", "even")
        expect(page.locator("#tasks tr")).to_have_count(30, timeout=PATIENCE)
        page.fill("#filter-tag", "")
        page.select_option("#filter-type", "shell")
        expect(page.locator("#tasks tr")).to_have_count(50, timeout=PATIENCE)
        page.click("#more")
        expect(page.locator("#tasks tr")).to_have_count(63, timeout=PATIENCE)
        check(True, "tasks are searched, filtered and paged through")


def hostile(browser):
    tasks = []
    for number, payload in enumerate(PAYLOADS):
        quoted = "'" + payload.replace("'", "'\\''") + "'"
        tasks.append(hand_in(
            f": {quoted}; printf '%s' {quoted}; printf '%s' {quoted} >&2; exit 1",
            title=payload, tags=[f"t{payload}"], metadata={f"k{payload}".replace("=", ":"): f"v{payload}"}, key=f"{number}{payload}"))
        tasks.append(call("POST", "/task/delegate", {"type": "exec", "argv": ["/bin/echo", payload]})["task_id"])
    with Visit(browser) as visit:
        page = visit.page
        visit.live()
        for number, payload in enumerate(PAYLOADS):
            failed, words = tasks[2 * number], tasks[2 * number + 1]
            visit.state(failed, "Failed")
            expect(visit.row(failed).locator(".what")).to_have_text(payload, timeout=PATIENCE)
            visit.open(failed)
            for part in ("#detail-title", "#output", "#prompt"):
                expect(page.locator(part)).to_contain_text(payload, timeout=PATIENCE)
            facts = page.locator("#detail-facts")
            for part in (f"t{payload}", f"k{payload}".replace("=", ":"), f"v{payload}", f"{number}{payload}"):
                expect(facts).to_contain_text(part, timeout=PATIENCE)
            page.click("[data-stream=stderr]")
            expect(page.locator("#output")).to_have_text(payload, timeout=PATIENCE)
            visit.close()
            visit.open(words)
            expect(facts).to_contain_text(payload, timeout=PATIENCE)
            visit.close()
        page.fill("#search", PAYLOADS[0])
        page.fill("#filter-tag", PAYLOADS[1])
        expect(page.locator("#tasks-empty")).to_be_visible(timeout=PATIENCE)
        check(page.evaluate("window.pwned") is None, "nothing that a task says is run")
        check(page.locator("script").count() == 1 and page.locator("img, main b b, iframe, object").count() == 0,
              "nothing that a task says is markup")
        # The policy holds where the script would not.
        refused = page.evaluate(
            """() => { try { document.body.innerHTML = '<p>'; return 'taken' } catch (error) { return error.name } }""")
        check(refused == "TypeError", "text can't become markup")
        visit.faults.clear()  # of this


def keyboard(browser):
    first, task = hand_in("echo one"), hand_in("until [ -e stop ]; do sleep 0.05; done", title="by hand")
    with Visit(browser) as visit:
        page = visit.page
        visit.live()
        visit.state(task, "Running")

        def focused():
            return page.evaluate("document.activeElement.id || document.activeElement.className || document.activeElement.tagName")

        def to(wanted, key="Tab", most=80):
            for _ in range(most):
                page.keyboard.press(key)
                if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                    return
            raise AssertionError(f"{wanted} is not reached by {key}")

        page.keyboard.press("Tab")
        check(focused() == "skip" and page.locator(".skip").bounding_box()["width"] > 50, "the first Tab shows the way to the tasks")
        page.keyboard.press("Enter")
        expect(page.locator("#tasks-title")).to_be_focused(timeout=PATIENCE)
        to("#search")
        page.keyboard.type("by hand")
        expect(page.locator("#tasks tr")).to_have_count(1, timeout=PATIENCE)
        to("#filter-clear")
        page.keyboard.press("Enter")
        expect(page.locator("#tasks tr")).to_have_count(2, timeout=PATIENCE)
        check(focused() == "search", "what was cleared has the focus")
        to("#tasks .open")
        page.keyboard.press("ArrowDown")
        check(page.evaluate("document.activeElement.closest('tr').dataset.task") == str(first), "arrows go from task to task")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.locator("#detail-title")).to_be_focused(timeout=PATIENCE)
        to("#detail-cancel")
        page.keyboard.press("Enter")
        expect(page.locator("#detail-state")).to_have_text("Cancelled", timeout=PATIENCE)
        page.keyboard.press("Escape")
        expect(page.locator("#detail")).to_be_hidden(timeout=PATIENCE)
        check(page.evaluate("document.activeElement.closest('tr')?.dataset.task") == str(task), "closing leads back to the task")
        touch("stop")
        to(".plot", "Shift+Tab")
        page.keyboard.press("ArrowLeft")
        check(re.search(r"\d:\d\d", page.evaluate("document.activeElement.getAttribute('aria-valuetext')")), "charts are read by arrows")
        to("#submit-open", "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[name=prompt]")).to_be_focused(timeout=PATIENCE)
        page.keyboard.type("echo typed")
        to("[name=type]", "Shift+Tab")
        page.keyboard.press("Control+a")
        page.keyboard.type("shell")
        page.keyboard.press("Enter")
        expect(page.locator("#output")).to_have_text("typed\n", timeout=PATIENCE)
        check(True, "a task is handed in by keys alone")
        page.keyboard.press("Escape")
        to("#pool-open")
        page.keyboard.press("Enter")
        expect(page.locator("#pool")).to_be_visible(timeout=PATIENCE)
        inside = "document.activeElement === document.body || document.querySelector('#pool').contains(document.activeElement)"
        stays = []
        for _ in range(12):
            page.keyboard.press("Tab")
            stays.append(page.evaluate(inside))
        check(all(stays), "the focus stays in a dialog")
        page.keyboard.press("Escape")
        check(focused() == "pool-open", "the focus comes back from a dialog")


def access(browser):
    token = os.environ["KOUBOU_TOKEN"]
    with Visit(browser, token_needed=True) as visit:
        page = visit.page
        expect(page.locator("#token")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#live-text")).to_have_text("Token needed", timeout=PATIENCE)
        page.fill("[name=token]", "wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#token-error")).to_contain_text("not known", timeout=PATIENCE)
        page.fill("[name=token]", token)
        page.keyboard.press("Enter")
        visit.live()
        task = hand_in("true", title="seen with a token")
        visit.state(task, "Completed")
        check(page.evaluate("localStorage.length") == 0 and "koubou-token" in page.evaluate("Object.keys(sessionStorage)"),
              "a token is kept for the tab alone")
        page.click("#pause-all")
        visit.said("may only read")
        check(True, "what the token does not allow is told")
        page.reload()
        visit.live()


def restart(browser):
    """The gateway dies and comes again; the page is where it was, and has missed nothing."""
    with Visit(browser) as visit:
        page = visit.page
        visit.live()
        before = hand_in("true", title="before")
        visit.state(before, "Completed")
        os.kill(int(os.environ["KOUBOU_GATEWAY"]), signal.SIGKILL)
        expect(page.locator("#live-text")).to_have_text("Not connected", timeout=PATIENCE)
        check(True, "a page whose gateway has gone says so")
        subprocess.run([os.environ["KOUBOU_CTL"], "submit", "--title", "meanwhile", "--wait", "true"], check=True, timeout=60)
        again = subprocess.Popen(
            [os.environ["KOUBOU_CTL"], "serve", "--listen", URL.removeprefix("http://")], stdout=subprocess.DEVNULL)
        try:
            visit.live()
            visit.state(before + 1, "Completed")
            check(True, "what happened meanwhile is there")
            after = hand_in("true", title="after")
            visit.state(after, "Completed")
            check(True, "it is live again")
        finally:
            again.terminate()
            again.wait(20)


def reach(browser):
    """Labels, names, contrast, sizes and order, in each scheme and width."""
    running = hand_in("for i in 1 2 3; do echo line $i; done; until [ -e rest ]; do sleep 0.05; done", title="A task that runs")
    hand_in("exit 1", title="A task that failed, with a title that is much longer than the room that there is for it in a table", tags=["night"])
    hand_in("true", delay="1h", title="Later")
    for number in range(12):
        hand_in("true", title=f"Build {number}")
    for name, scheme, width, height in [
        ("light", "light", 1440, 900), ("dark", "dark", 1440, 900), ("tablet", "light", 900, 1100),
        ("phone", "light", 390, 844), ("phone-dark", "dark", 390, 844), ("narrow", "light", 320, 640),
    ]:
        with Visit(browser, scheme, width, height) as visit:
            page = visit.page
            visit.live()
            visit.state(running, "Running")
            expect(visit.count("completed")).to_have_text("12", timeout=PATIENCE)
            expect(page.locator(".curve")).to_have_count(2, timeout=PATIENCE)
            views = {"": lambda: None, "-detail": lambda: visit.open(running), "-submit": lambda: page.click("#submit-open"),
                     "-pool": lambda: page.click("#pool-open"), "-token": lambda: page.click("#token-open")}
            for view, show in views.items():
                show()
                if view == "-detail":
                    expect(page.locator("#output")).to_contain_text("line 3", timeout=PATIENCE)
                    expect(page.locator("#prompt")).not_to_be_empty(timeout=PATIENCE)
                faults = accessibility.faults(page)
                visit.shot(name + view, whole=view == "" and width < 1000)
                check(not faults, f"{name}{view}: " + ("no fault" if not faults else "; ".join(faults)))
                page.keyboard.press("Escape")
    touch("rest")


with sync_playwright() as playwright:
    window = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    try:
        {"submit": submit, "control": control, "hostile": hostile, "keyboard": keyboard, "access": access, "restart": restart, "reach": reach}[CHECK](window)
    finally:
        window.close()
