"""usage: python_peer.py huey|rq|celery|litequeue WORKERS COUNT FOLDER REDIS_PORT

Fills a queue of that kind in FOLDER with COUNT tasks that start /bin/true, lets WORKERS processes work, and prints tasks a
second."""

import os
import signal
import subprocess
import sys
import time

kind, workers, count, folder, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
url = f"redis://127.0.0.1:{port}/0"
here = os.path.dirname(sys.executable)

TASKS = {
    "huey": f"""
import subprocess
from huey import SqliteHuey
app = SqliteHuey(filename={os.path.join(folder, 'huey.db')!r}, fsync=True)
@app.task()
def one():
    return subprocess.call(['/bin/true'])
""",
    "litequeue": f"""
import subprocess
import litequeue
app = litequeue.LiteQueue({os.path.join(folder, 'litequeue.db')!r})
if __name__ == '__main__':
    while True:
        message = app.pop()
        if message is None:
            break
        subprocess.call([message.data])
        app.done(message.message_id)
""",
    "rq": """
import subprocess
def one():
    return subprocess.call(['/bin/true'])
""",
    "celery": f"""
import subprocess
from celery import Celery
app = Celery('peer_tasks', broker={url!r}, backend={url!r})
app.conf.worker_prefetch_multiplier = 4
@app.task
def one():
    return subprocess.call(['/bin/true'])
""",
}
with open(os.path.join(folder, "peer_tasks.py"), "w") as file:
    file.write(TASKS[kind])
sys.path.insert(0, folder)
environment = dict(os.environ, PYTHONPATH=folder)
import peer_tasks  # noqa: E402


def start(words):
    return subprocess.Popen(
        [sys.executable, *words], env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(is_done, limit=100):
    deadline = time.monotonic() + limit
    while not is_done():
        if time.monotonic() > deadline:
            raise SystemExit("not done in time")
        time.sleep(0.005)


if kind == "huey":
    for _ in range(count):
        peer_tasks.one()
    done = lambda: peer_tasks.app.storage.result_store_size()
    commands = [["-m", "huey.bin.huey_consumer", "peer_tasks.app", "-w", str(workers), "-k", "process", "-d", "0.01"]]
elif kind == "litequeue":
    for _ in range(count):
        peer_tasks.app.put("/bin/true")
    done = lambda: peer_tasks.app.conn.execute("SELECT count(*) FROM Queue WHERE status = 2").fetchone()[0]
    commands = [["-m", "peer_tasks"]] * workers
elif kind == "rq":
    import redis
    import rq
    queue = rq.Queue(connection=redis.from_url(url))
    for _ in range(count):
        queue.enqueue(peer_tasks.one)
    done = lambda: queue.finished_job_registry.get_job_count() if hasattr(queue.finished_job_registry, "get_job_count") else len(queue.finished_job_registry)
    commands = [["-m", "rq.cli", "worker", "--burst", "--quiet", "--url", url]] * workers
else:
    import redis
    for _ in range(count):
        peer_tasks.one.delay()
    keys = redis.from_url(url)
    done = lambda: keys.dbsize() - 4
    commands = [["-m", "celery", "-A", "peer_tasks", "worker", "-c", str(workers), "--without-gossip", "--without-mingle"]]

running = [start(command) for command in commands]
try:
    # Their start is not what is measured.
    wait_until(lambda: done() > count * 0.1)
    first, began = done(), time.monotonic()
    wait_until(lambda: done() >= count - 2 if kind == "celery" else done() >= count)
    print((done() - first) / (time.monotonic() - began))
finally:
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
