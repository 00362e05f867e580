"""Whether a long history makes anything slower."""

import os

from ..programs import measured, ours
from ..home import Queue
from ..row import Row
from ..sampling import interleave, median


#: So many tasks are in the least queue: a page of a list has as many lines in all of them.
PAGE = 20


def measure(scale):
    sizes = [100_000, 1_000_000, 10_000_000] if scale >= 1 else [100_000]
    count, rounds = max(10, round(30 * scale)), max(3, round(5 * scale))
    queues = {}
    try:
        for size in [PAGE] + sizes:
            queues[size] = Queue(supervised=False)
            fill(queues[size], size)
            queues[size].start(1)
        rows = []
        for key, what, words in [
            ("stats", "`koubouctl stats`", ["stats"]),
            ("list", f"`koubouctl list --limit {PAGE}`", ["list", "--limit", str(PAGE)]),
            ("submit", "`koubouctl submit`", ["submit", "--", "/bin/true"]),
        ]:
            samples = interleave({
                name(size): (lambda queue=queue: measured(
                    "spawn", count, 1, ours("koubouctl"), *words, home=queue.home)["p50"])
                for size, queue in queues.items()
            }, rounds)
            rows.append(compared(key, what, "ms", samples, sizes, ("≤", 1.2)))
        tasks = max(200, round(600 * scale))
        samples = interleave({
            name(size): (lambda queue=queue: 1000 * queue.drain(queue.submit_many(tasks)) / tasks)
            for size, queue in queues.items()
        }, max(2, round(3 * scale)))
        rows.append(compared("claim", "claim, run and record a task", "ms", samples, sizes, ("≤", 1.2)))
        return rows
    finally:
        for queue in queues.values():
            queue.__exit__()


def name(size):
    return f"{size:,} tasks"


def compared(key, what, unit, samples, sizes, goal):
    samples["koubou"] = samples[name(sizes[-1])]
    return Row(f"growth-{key}", f"{what} with {sizes[-1]:,} ended tasks", unit, samples, name(PAGE), goal)


def fill(queue, count):
    """Ended tasks as a drain leaves them, with all their rows; by SQL, as a drain of so many takes too long."""
    connection = queue.connect()
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("BEGIN")
    connection.execute("CREATE TEMP TABLE number (n INTEGER PRIMARY KEY)")
    connection.execute(
        "INSERT INTO number WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT n FROM c",
        (count,))
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-2 days', (n / 1000.0) || ' seconds')"
    connection.execute(
        f"""INSERT INTO task_master (task_id, type, status, priority, attempt, max_attempts, claim, worker_id, exit_status,
        created_at, updated_at, started_at, ended_at)
        SELECT n, 'exec', 'completed', 5, 1, 1, n, 'worker_001', 0, {moment}, {moment}, {moment}, {moment} FROM number""")
    connection.execute(
        "INSERT INTO task_payload (task_id, argv, cwd, env) SELECT n, '[\"/bin/true\"]', '/tmp', '{}' FROM number")
    connection.execute("INSERT INTO task_result (task_id) SELECT n FROM number")
    connection.execute(
        f"""INSERT INTO task_attempt (task_id, claim, attempt, worker_id, outcome, started_at, ended_at, exit_status, cpu_time,
        peak_memory) SELECT n, n, 1, 'worker_001', 'completed', {moment}, {moment}, 0, 0.001, 1000000 FROM number""")
    for before, after in (("pending", "in_progress"), ("in_progress", "completed")):
        connection.execute(
            f"""INSERT INTO task_event (task_id, at, from_status, to_status, worker_id, attempt)
            SELECT n, {moment}, ?, ?, 'worker_001', 1 FROM number""", (before, after))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    # Else the first checkpoint that is measured would write gigabytes of ours.
    with open(queue.database, "rb") as file:
        os.fsync(file.fileno())
