"""A gateway as one writes it in an hour with Flask and SQLite: a task is a row, and committed to the disk before the answer.

Run by gunicorn, or with a port by the server that Flask brings; the database is $GATEWAY_DATABASE."""

import json
import logging
import os
import sqlite3
import sys
import threading

from flask import Flask, jsonify, request

app = Flask(__name__)
local = threading.local()


def database():
    if not hasattr(local, "database"):
        local.database = sqlite3.connect(os.environ["GATEWAY_DATABASE"], timeout=60, isolation_level=None)
        local.database.execute("PRAGMA journal_mode = WAL")
        local.database.execute("PRAGMA synchronous = FULL")
    return local.database


@app.post("/task/delegate")
def delegate():
    task = request.get_json()
    row = database().execute(
        "INSERT INTO task (type, prompt, priority, options, status) VALUES (?, ?, ?, ?, 'pending') RETURNING task_id",
        (task["type"], task["prompt"], task.get("priority", 5), json.dumps(task.get("options", {})))).fetchone()
    return jsonify(task_id=row[0], status="pending")


database().execute(
    "CREATE TABLE IF NOT EXISTS task (task_id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT, prompt TEXT, priority INTEGER,"
    " options TEXT, status TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP)")

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app.run(port=int(sys.argv[1]), threaded=True)
