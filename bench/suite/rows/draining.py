"""How fast workers get through tasks that do nothing."""

from .. import peers
from ..programs import measured
from ..home import Queue
from ..row import Row
from ..sampling import interleave, median


def measure(scale):
    at_once = [1, 2, 4, 8] if scale >= 0.5 else [1, 4]
    count = max(400, round(2000 * scale))
    rows = []
    for workers in at_once:
        rows += drain(workers, count, scale)
    rows.append(many_workers(3 * count, scale, [row for row in rows if row.key.startswith("drain-")]))
    return rows


def koubou(workers, count):
    with Queue(workers) as queue:
        return count / queue.drain(queue.submit_many(count))


def in_c(workers, count):
    with Queue(supervised=False) as queue:
        queue.submit_many(count)
        queue.ctl("resume")
        return measured("drain", queue.database, count, workers)["rate"]


def drain(workers, count, scale):
    contenders = {
        "koubou": lambda: koubou(workers, count),
        "C, the same schema": lambda: in_c(workers, count),
        "bare spawn": lambda: measured("spawn", count, workers, "/bin/true")["rate"],
    }
    if peers.has("beanstalkd"):
        contenders["beanstalkd, synced"] = lambda: peers.drain_beanstalkd(True, workers, count)
    samples = interleave(contenders, max(3, round(5 * scale)))
    slow = {}
    if peers.has("tsp"):
        slow["task-spooler"] = lambda: peers.drain_task_spooler(workers, 200)
    if peers.has("parallel"):
        slow["parallel"] = lambda: peers.drain_parallel(workers, 300)
    for kind in ("huey", "litequeue", "rq", "celery"):
        if peers.has_module(kind) and (kind in ("huey", "litequeue") or peers.has("redis-server")):
            slow[kind] = lambda kind=kind: peers.drain_python(kind, workers, 200)
    if scale >= 0.5 and workers <= 4:
        samples |= interleave(peers.that_work(slow), 2 if workers > 1 else 1)
    safe = {name: samples[name] for name in ("koubou", "beanstalkd, synced") if name in samples}
    return [
        Row(
            f"drain-{workers}", f"drain of {count:,} `exec /bin/true`, {workers} worker{'s' * (workers > 1)}", "1/s",
            samples, "C, the same schema", ("≥", 0.95), more=True,
            notes=["from `resume` to the return of `wait` for all of them"]),
        Row(
            f"safe-{workers}", f"the same, results safe at a power cut before anyone is told, {workers}", "1/s", safe,
            "beanstalkd, synced", ("≥", 1.0), more=True,
            notes=["the same runs: `wait` syncs before it tells; beanstalkd syncs each delete, and keeps no result"]),
    ]


def many_workers(count, scale, rows):
    peak = max((median(row.samples["koubou"]), row.key) for row in rows)
    sizes = [64, 200] if scale >= 0.5 else [64]
    contenders = {"at its peak": lambda: koubou(int(peak[1].split("-")[1]), count)}
    for size in sizes:
        contenders[f"{size} workers"] = lambda size=size: koubou(size, count)
        contenders[f"C, the same schema, {size}"] = lambda size=size: in_c(size, count)
        contenders[f"bare spawn, {size}"] = lambda size=size: measured("spawn", count, size, "/bin/true")["rate"]
    samples = interleave(contenders, 2)
    samples["koubou"] = samples.pop(f"{sizes[-1]} workers")
    return Row(
        "many", f"drain of {count:,} with {sizes[-1]} workers on this machine", "1/s", samples, "at its peak", ("≥", 0.9),
        more=True)
