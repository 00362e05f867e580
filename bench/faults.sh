#!/bin/bash
# How long a cancel takes, and how long a task is lost when its worker is killed: medians and worst of ROUNDS rounds.
# Stated limits at the median: 100 ms from `koubouctl cancel` to the task's end, 200 ms from kill -9 of a worker to the
# task's return to the queue. Exits with 1 when one is missed.
# usage: bench/faults.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-20}
PATH=$PWD/.build/release:$PATH
scratch=$(mktemp -d /tmp/koubou-bench.XXXXXX)
export KOUBOU_HOME=$scratch/home
trap 'koubouctl stop --now >/dev/null 2>&1 || true; rm -rf "$scratch"' EXIT

now() { echo $(($(date +%s%N) / 1000000)); }
field() { koubouctl show --field "$1" "$2"; }
# until FIELD TASK VALUE
until_is() {
  local deadline=$((SECONDS + 20))
  until [ "$(field "$1" "$2")" = "$3" ]; do
    [ $SECONDS -lt $deadline ] || { echo "task $2: $1 is not $3 after 20 s" >&2; exit 1; }
  done
}
# prints "median worst" of the numbers on stdin
summary() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[NR] }'; }

koubouctl start --min 2 --max 2 >/dev/null

for _ in $(seq "$rounds"); do
  task=$(koubouctl submit -- sleep 60)
  until_is status "$task" in_progress
  before=$(now)
  koubouctl cancel "$task"
  echo $(($(now) - before))
done >"$scratch/cancel"

for _ in $(seq "$rounds"); do
  task=$(koubouctl submit -- sleep 60)
  until_is status "$task" in_progress
  worker=$(field worker_id "$task")
  pid=$(koubouctl workers | awk -v worker="$worker" '$1 == worker { print $2 }')
  before=$(now)
  kill -KILL "$pid"
  until_is attempt "$task" 2
  # UTC, to the millisecond: the moment in which the lost attempt was taken off the record of the living.
  lost=$(koubouctl show --json "$task" | sed 's/.*"outcome":"lost","started_at":"[^"]*","ended_at":"\([^"]*\)".*/\1/')
  echo $(($(date -u -d "$lost" +%s%N) / 1000000 - before))
  koubouctl cancel "$task"
done >"$scratch/crash"

status=0
report() {
  local median worst
  read -r median worst < <(summary <"$2")
  printf '%-44s median %4d ms  worst %4d ms  limit %d ms\n' "$1" "$median" "$worst" "$3"
  [ "$median" -le "$3" ] || status=1
}
report 'cancel of a running task' "$scratch/cancel" 100
report 'kill -9 of a worker to the task in the queue' "$scratch/crash" 200
exit $status
