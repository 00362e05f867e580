#!/bin/bash
# How long the upgrade of a queue of TASKS tasks takes, half of which wait and half have ended, and how much room: from the
# first form of version 1, whose tables are made anew, and from the last one, which has them already.
# usage: bench/upgrade.sh [TASKS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tasks=${1:-1000000}
programs=$PWD/.build/release
scratch=$(mktemp -d /tmp/koubou-bench.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
forms=$PWD/Tests/Forms

schema() {
  case $1 in
  first) awk '/^== / { part++; next } part == 1' "$forms/early.sql"; echo 'PRAGMA application_id = 0x6b6f7562;' ;;
  last) cat "$forms/v2.sql" ;;
  esac
}

# As the programs of its time left it: each task with what it was asked, half of them with an attempt and its end.
fill() {
  cat <<SQL
PRAGMA page_size = 2048;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
BEGIN;
$(schema "$1")
CREATE TEMP TABLE number AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $tasks) SELECT i FROM n;
INSERT INTO task_master (task_id, type, status, priority, max_attempts, created_at, updated_at)
  SELECT i, 'shell', 'pending', 5, 1, '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000' FROM number;
INSERT INTO task_payload (task_id, prompt, cwd, env)
  SELECT i, 'make -C /srv/build/' || i || ' check', '/srv/build', '{"PATH":"/usr/local/bin:/usr/bin:/bin","HOME":"/home/someone"}' FROM number;
UPDATE task_master SET status = 'in_progress', attempt = 1, claim = task_id, worker_id = 'worker_001',
  started_at = '2026-01-01 00:01:00.000', updated_at = '2026-01-01 00:01:00.000' WHERE task_id % 2;
UPDATE task_master SET status = 'completed', exit_status = 0, ended_at = '2026-01-01 00:02:00.000',
  updated_at = '2026-01-01 00:02:00.000' WHERE task_id % 2;
INSERT INTO task_result (task_id, result) SELECT i, 'all tests passed, number ' || i FROM number WHERE i % 2;
INSERT INTO task_attempt (task_id, claim, attempt, worker_id, outcome, started_at, ended_at, exit_status, cpu_time, peak_memory)
  SELECT i, i, 1, 'worker_001', 'completed', '2026-01-01 00:01:00.000', '2026-01-01 00:02:00.000', 0, 0.5, 8192 FROM number WHERE i % 2;
UPDATE counters SET value = $tasks WHERE name = 'claim';
PRAGMA user_version = 1;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
SQL
}

mebibytes() { stat -c %s "$@" | awk '{ sum += $1 } END { printf "%.0f", sum / 1048576 }'; }

for form in first last; do
  export KOUBOU_HOME=$scratch/$form
  "$programs/koubouctl" submit true >/dev/null
  rm "$KOUBOU_HOME"/db/koubou.db*
  fill "$form" | sqlite3 "$KOUBOU_HOME/db/koubou.db" >/dev/null
  before=$(mebibytes "$KOUBOU_HOME/db/koubou.db")
  start=$(date +%s%N)
  "$programs/koubouctl" -q list --limit 1 >/dev/null
  time=$((($(date +%s%N) - start) / 1000000))
  "$programs/koubouctl" check >/dev/null
  printf '%-5s form of version 1, %d tasks: %d.%d s; %d MiB, with the copy and all else afterwards %d MiB\n' \
    "$form" "$tasks" $((time / 1000)) $((time / 100 % 10)) "$before" "$(mebibytes "$KOUBOU_HOME"/db/*)"
  rm -r "$KOUBOU_HOME"
done
