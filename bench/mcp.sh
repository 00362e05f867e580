#!/bin/bash
# How soon `koubouctl mcp` is there and what it holds, how soon fifty waits hear of an end, and how long a message of 10 MB
# holds up the next one. Stated limits: 10 ms from the start to the answer to initialize, 12 MiB, 50 ms from the end of
# a task to the answer. Exits with 1 when one is missed.
# usage: bench/mcp.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-20}
PATH=$PWD/.build/release:$PATH
scratch=$(mktemp -d /tmp/koubou-bench.XXXXXX)
export KOUBOU_HOME=$scratch/home
trap 'koubouctl stop --now >/dev/null 2>&1 || true; rm -rf "$scratch"' EXIT
mkdir -m 700 "$KOUBOU_HOME"
printf '[mcp]\nallow_types = shell\n' >"$KOUBOU_HOME/koubou.conf"

hello='{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}'
# In microseconds.
now() { echo "${EPOCHREALTIME/[^0-9]/}"; }
call() { printf '{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"koubou_%s","arguments":%s}}\n' "$@"; }
# prints "median worst" of the numbers on stdin
summary() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[NR] }'; }
# ask LINE: sends it, and reads a line
ask() {
  echo "$1" >&"$to"
  read -r -t 60 line <&"$from"
}
# The server, with which `ask` speaks; the last one ends.
begin() {
  coproc server { exec koubouctl mcp; }
  # shellcheck disable=SC2154 # coproc sets it
  pid=$server_PID to=${server[1]} from=${server[0]}
  ask "$hello"
}
end() {
  exec {to}>&- {from}<&-
  wait "$pid"
}
# memory FIELD: KiB
memory() { awk -v field="$1:" '$1 == field { print $2 }' "/proc/$pid/status"; }

status=0
report() {
  printf '%-46s median %7s  worst %7s  limit %s\n' "$1" "$2 $5" "$3 $5" "$4 $5"
  awk -v value="$2" -v limit="$4" 'BEGIN { exit !(value <= limit) }' || status=1
}
# of a file of microseconds, in milliseconds
report_times() {
  local median worst
  read -r median worst < <(summary <"$2")
  report "$1" "$(awk "BEGIN { printf \"%.1f\", $median / 1000 }")" "$(awk "BEGIN { printf \"%.1f\", $worst / 1000 }")" "$3" ms
}

koubouctl submit true >/dev/null
for _ in $(seq "$rounds"); do
  before=$(now)
  begin
  echo $(($(now) - before)) >>"$scratch/start"
  ask "$(call 1 list_tasks '{}')"
  memory VmHWM >>"$scratch/memory"
  end
done
report_times 'start to the answer to initialize' "$scratch/start" 10
read -r median worst < <(summary <"$scratch/memory")
report 'memory (VmHWM) after it has listed tasks' "$median" "$worst" 12288 KiB

begin
koubouctl start --min 4 --max 4 >/dev/null
koubouctl pause
tasks=$(seq -f 'sleep 0.02 # %g' 50 | koubouctl submit --lines)
for task in $tasks; do call "$task" wait_for_tasks "{\"task_ids\":[$task]}" >&"$to"; done
ask '{"jsonrpc":"2.0","id":"ping","method":"ping"}' # answered after all of them were taken
koubouctl resume
for _ in $tasks; do
  read -r -t 60 line <&"$from"
  id=${line#*'"id":'}
  echo "${id%%,*} $(now)"
done >"$scratch/heard"
while read -r task heard; do
  ended=$(date -u -d "$(koubouctl show --field ended_at "$task")" +%s%6N)
  echo $((heard - ended))
done <"$scratch/heard" >"$scratch/waits"
report_times 'the end of a task to the answer, 50 waits at once' "$scratch/waits" 50
end

begin
{
  printf '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"koubou_delegate_task","arguments":{"type":"shell","prompt":"'
  head -c 10000000 /dev/zero | tr '\0' x
  printf '"}}}\n'
} >"$scratch/large"
koubouctl pause
for _ in 1 2 3 4 5; do
  before=$(now)
  cat "$scratch/large" >&"$to"
  read -r -t 60 line <&"$from"
  echo $(($(now) - before)) >>"$scratch/times"
done
report_times 'a prompt of 10 MB to its id' "$scratch/times" 500
ask '{"jsonrpc":"2.0","id":"ping","method":"ping"}' # until then it has given memory back
memory=$(memory VmRSS)
report 'memory (VmRSS) after it' "$memory" "$memory" 12288 KiB
end
exit $status
