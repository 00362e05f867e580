#!/bin/bash
# usage: bench/demo.sh [FOLDER WITH THE BINARIES]        (make demo builds them first)
#
# A queue in a temporary folder does real work on the files of this source tree: their checksums, and compressed
# copies of them. It shows how the pool grows with the load and shrinks after it, and checks every single result.
# Needs nothing but Koubou and Debian's own tools; leaves nothing behind; exits with 1 when anything is wrong.
# shellcheck disable=SC2016  # scripts of tasks stand in single quotes: the task's own shell expands them
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")/.."
binaries=$(realpath -- "${1:-.build/release}")
export PATH=$binaries:$PATH
for program in koubouctl kouboud koubou-worker; do
  [ -x "$binaries/$program" ] || { echo "demo: '$binaries/$program' is missing: run make" >&2; exit 1; }
done

# Settings of the caller's own queue are none of the demo's.
for name in "${!KOUBOU_@}" WORKER_ID; do unset "$name"; done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/koubou-demo.XXXXXX")
export KOUBOU_HOME=$scratch/home
mkdir "$scratch/out" "$scratch/check"

clean_up() {
  local status=$?
  trap '' INT TERM HUP
  if [ -e "$KOUBOU_HOME/db/koubou.db" ]; then
    timeout 20 koubouctl stop --now >/dev/null 2>&1 || kill_supervisor
  fi
  rm -rf -- "$scratch"
  exit "$status"
}
kill_supervisor() {
  local pid
  pid=$(timeout 5 koubouctl status --json 2>/dev/null | sed -n 's/.*"pid":\([0-9]*\).*/\1/p')
  [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "demo: $*" >&2
  tail -n 20 "$KOUBOU_HOME/logs/worker_pool.log" >&2 || true
  exit 1
}

# --- looking ---

readonly min=1 max=5
started_at=${EPOCHREALTIME/./}
largest=0
shown=

# The number of a key in the JSON that is in $stats, inside of an object.
count_of() {
  [[ $stats =~ \"$1\":\{[^{}]*\"$2\":([0-9]+) ]] || fail "no $1.$2 in: $stats"
  number=${BASH_REMATCH[1]}
}

# Takes one sample and prints it when the pool has changed, or a second after the last line.
look() {
  local stats number pending waiting running ended=0 busy active=0 state now
  stats=$(koubouctl stats --json)
  count_of tasks pending; pending=$number
  count_of tasks scheduled; waiting=$number
  count_of tasks in_progress; running=$number
  for state in completed failed cancelled; do
    count_of tasks "$state"; ended=$((ended + number))
  done
  count_of workers busy; busy=$number
  for state in starting idle busy; do
    count_of workers "$state"; active=$((active + number))
  done
  remaining=$((pending + waiting + running))
  workers=$active
  [ "$active" -le "$largest" ] || largest=$active
  now=$(((${EPOCHREALTIME/./} - started_at) / 100000))
  [ "$shown" = "$active" ] && [ $((now - shown_at)) -lt 10 ] && return 0
  shown=$active
  shown_at=$now
  printf '%3d.%d s  workers %d %-*s  busy %d  pending %3d  retry %d  ended %3d\n' \
    $((now / 10)) $((now % 10)) "$active" "$max" "$(bar "$active")" "$busy" "$pending" "$waiting" "$ended"
}
bar() { printf "%$1s" '' | tr ' ' '#'; }

# Looks again and again for so many tenths of a second.
observe() {
  local end=$((${EPOCHREALTIME/./} + $1 * 100000))
  while [ "${EPOCHREALTIME/./}" -lt "$end" ]; do
    look
    sleep 0.05
  done
}

# --- the work ---

# Names of this tree hold nothing that a shell or JSON would take for its own.
mapfile -t files < <(find Sources Tests man etc bench Makefile Package.swift LICENSE README.md \
  -type f -size +0 2>/dev/null | grep -E '^[A-Za-z0-9_.+/-]+$' | sort | head -n 100)
[ ${#files[@]} -ge 40 ] || fail "only ${#files[@]} files to work on: is this the source tree?"

declare -A checksum_of compressed_by archived_by # file by task: result is a checksum, a gzip stream, ID.gz is one

quarter=$((${#files[@]} / 4))
exec_files=("${files[@]:0:quarter}")
shell_files=("${files[@]:quarter:quarter}")
lines_files=("${files[@]:2*quarter:quarter}")
jsonl_files=("${files[@]:3*quarter}")

echo "${#files[@]} files, workers from $min to $max, in $KOUBOU_HOME"
# Ctrl-C meanwhile waits until there is a supervisor that can be stopped.
(trap '' HUP INT TERM && exec koubouctl start --min $min --max $max --threshold 2 --poll 500ms --idle-timeout 2s)
look

echo '- commands, words exact:    koubouctl submit -p 6 -- gzip -nc FILE'
for file in "${exec_files[@]}"; do
  id=$(koubouctl submit -p 5 -- sh -c 'sleep 0.5; exec sha256sum "$1"' sh "$file")
  checksum_of[$id]=$file
  id=$(koubouctl submit -p 6 -- gzip -nc "$file")
  compressed_by[$id]=$file
  observe 1
done

echo "- scripts for /bin/sh:      koubouctl submit -p 8 --env FILE 'sha256sum \"\$FILE\"'"
for file in "${shell_files[@]}"; do
  id=$(koubouctl submit -p 8 --env FILE="$file" 'sleep 0.1; sha256sum "$FILE"')
  checksum_of[$id]=$file
  id=$(koubouctl submit -p 3 --env FILE="$file" --env OUT="$scratch/out" \
    'sleep 0.2; gzip -nc "$FILE" > "$OUT/$KOUBOU_TASK_ID.gz"')
  archived_by[$id]=$file
  look
done

echo '- a script a line:          ... | koubouctl submit -t shell --lines'
mapfile -t ids < <(printf 'sleep 0.2; gzip -nc %s > "$OUT/$KOUBOU_TASK_ID.gz"\n' "${lines_files[@]}" |
  koubouctl submit -t shell -p 2 --env OUT="$scratch/out" --lines)
[ ${#ids[@]} = ${#lines_files[@]} ] || fail "--lines gave ${#ids[@]} ids for ${#lines_files[@]} lines"
for index in "${!ids[@]}"; do archived_by[${ids[index]}]=${lines_files[index]}; done
look

echo '- a JSON object a line:     ... | koubouctl submit --jsonl'
mapfile -t ids < <(printf '{"argv":["sha256sum","%s"],"priority":9,"tags":["demo"]}\n' "${jsonl_files[@]}" |
  koubouctl submit --jsonl)
[ ${#ids[@]} = ${#jsonl_files[@]} ] || fail "--jsonl gave ${#ids[@]} ids for ${#jsonl_files[@]} lines"
for index in "${!ids[@]}"; do checksum_of[${ids[index]}]=${jsonl_files[index]}; done

echo '- one that fails at first, one that takes too long'
retried=$(koubouctl submit -p 10 --max-attempts 2 \
  'test "$KOUBOU_ATTEMPT" -gt 1 || exit 1; echo done at attempt $KOUBOU_ATTEMPT')
late=$(koubouctl submit -p 7 --timeout 1s -- sleep 300)

deadline=$((SECONDS + 90))
remaining=1
while [ "$remaining" -gt 0 ]; do
  [ $SECONDS -lt $deadline ] || fail "$remaining tasks have not ended after 90 s: $(koubouctl stats --json)"
  observe 1
done
echo '- all have ended; idle workers leave'
deadline=$((SECONDS + 20))
while [ "$workers" -gt $min ]; do
  [ $SECONDS -lt $deadline ] || fail "still $workers workers 20 s after the last task, expected $min"
  observe 1
done
[ "$largest" = $max ] || fail "the pool grew to $largest workers, expected $max"
koubouctl stats

# --- every result against the files ---

completed() {
  local status
  status=$(koubouctl show --field status "$1")
  [ "$status" = completed ] || fail "task $1 is $status, expected completed: $(koubouctl show --field error "$1")"
}
checked=0
for id in "${!checksum_of[@]}"; do
  completed "$id"
  expected=$(sha256sum "${checksum_of[$id]}")
  result=$(koubouctl result "$id")
  [ "$result" = "$expected" ] || fail "task $id says '$result', expected '$expected'"
  checked=$((checked + 1))
done
for id in "${!compressed_by[@]}" "${!archived_by[@]}"; do
  completed "$id"
  file=${compressed_by[$id]-${archived_by[$id]-}}
  packed=$scratch/out/$id.gz
  [ -n "${archived_by[$id]-}" ] || koubouctl result "$id" > "$packed"
  gunzip -c "$packed" > "$scratch/check/plain" || fail "task $id left no gzip stream of '$file'"
  cmp "$scratch/check/plain" "$file" || fail "what task $id compressed is not '$file'"
  checked=$((checked + 1))
done

completed "$retried"
attempt=$(koubouctl show --field attempt "$retried")
[ "$attempt" = 2 ] || fail "task $retried completed at attempt $attempt, expected 2"
result=$(koubouctl result "$retried")
[ "$result" = 'done at attempt 2' ] || fail "task $retried says '$result'"
status=0
koubouctl wait "$late" || status=$?
[ "$status" = 124 ] || fail "koubouctl wait $late exits with $status, expected 124"
status=$(koubouctl show --field status "$late")
[ "$status" = failed ] || fail "task $late is $status, expected failed"
checked=$((checked + 2))

total=$(koubouctl list --json | wc -l)
[ "$total" = $checked ] || fail "$total tasks are listed, $checked were submitted"
koubouctl stop
echo "$checked tasks, every result is right: ${#checksum_of[@]} checksums," \
  "$((${#compressed_by[@]} + ${#archived_by[@]})) compressed files," '1 completed at its second attempt, 1 timed out with 124'
echo "the pool grew from $min to $largest workers and went back to $workers"
