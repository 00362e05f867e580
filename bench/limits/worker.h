/* A worker on the project's schema, with the SQL of koubou-worker, and nothing beside it. */
#ifndef KOUBOU_BENCH_WORKER_H
#define KOUBOU_BENCH_WORKER_H
#include "queue.h"
#include <sys/resource.h>

static inline void enter(struct queue *queue, const char *worker) {
  sqlite3_stmt *entry = statement(queue, 15, "INSERT OR REPLACE INTO workers (worker_id, pid, process, status,"
    " tasks_completed, tasks_failed, started_at, last_heartbeat) VALUES (?1, 1, '', 'busy', 0, 0, ?2, ?2)");
  begin(queue);
  text(entry, 1, worker);
  text(entry, 2, now_text());
  step(queue, entry);
  commit(queue);
}

static inline long claim(struct queue *queue, const char *worker) {
  const char *now = now_text();
  sqlite3_stmt *due = statement(queue, 2, "UPDATE task_master SET status = 'pending', updated_at = ?1"
    " WHERE status = 'scheduled' AND run_at <= ?1");
  text(due, 1, now);
  step(queue, due);
  sqlite3_stmt *paused = statement(queue, 3, "DELETE FROM paused WHERE until <= ?1");
  text(paused, 1, now);
  step(queue, paused);
  sqlite3_stmt *head = statement(queue, 4,
    "SELECT task.task_id FROM task_count AS count JOIN task_master AS task ON task.task_id = ("
    " SELECT task_id FROM task_master WHERE type = count.type AND status = 'pending' ORDER BY priority DESC, task_id LIMIT 1)"
    " LEFT JOIN task_count AS running ON running.type = count.type AND running.status = 'in_progress'"
    " WHERE count.status = 'pending' AND count.n > 0"
    " AND NOT EXISTS (SELECT 1 FROM paused WHERE paused.type IN ('', count.type))"
    " ORDER BY task.priority DESC, task.task_id");
  if (!step(queue, head)) return 0;
  long task = sqlite3_column_int64(head, 0);
  sqlite3_reset(head);
  sqlite3_stmt *busy = statement(queue, 5,
    "UPDATE workers SET status = 'busy', task_id = ?2, idle_since = NULL, last_heartbeat = ?3 WHERE worker_id = ?1");
  text(busy, 1, worker);
  sqlite3_bind_int64(busy, 2, task);
  text(busy, 3, now);
  step(queue, busy);
  sqlite3_stmt *number = statement(queue, 6, "UPDATE counters SET value = value + 1 WHERE name = 'claim'");
  step(queue, number);
  sqlite3_stmt *master = statement(queue, 7,
    "UPDATE task_master SET status = 'in_progress', claim = (SELECT value FROM counters WHERE name = 'claim'), worker_id = ?2,"
    " attempt = attempt + 1, started_at = ?3, updated_at = ?3, ended_at = NULL, exit_status = NULL, signal = NULL,"
    " progress = NULL, progress_message = NULL WHERE task_id = ?1");
  sqlite3_bind_int64(master, 1, task);
  text(master, 2, worker);
  text(master, 3, now);
  step(queue, master);
  sqlite3_stmt *payload = statement(queue, 8, "SELECT prompt, argv, cwd, env, metadata,"
    " NOT EXISTS (SELECT 1 FROM task_attempt WHERE task_id = ?1) FROM task_payload WHERE task_id = ?1");
  sqlite3_bind_int64(payload, 1, task);
  step(queue, payload);
  snprintf(queue->words, sizeof queue->words, "%s", sqlite3_column_text(payload, 1));
  sqlite3_reset(payload);
  return task;
}

static inline void record(struct queue *queue, long task, const char *worker, const struct rusage *used) {
  const char *now = now_text();
  sqlite3_stmt *found = statement(queue, 9, "SELECT attempt, lost, max_attempts, cancel_requested, claim, started_at"
    " FROM task_master WHERE task_id = ?1 AND status = 'in_progress'");
  sqlite3_bind_int64(found, 1, task);
  if (!step(queue, found)) die("a claim was lost");
  long claim = sqlite3_column_int64(found, 4);
  char started[32];
  snprintf(started, sizeof started, "%s", sqlite3_column_text(found, 5));
  sqlite3_reset(found);
  sqlite3_stmt *master = statement(queue, 10, "UPDATE task_master SET status = 'completed', attempt = 1, lost = 0,"
    " run_at = NULL, exit_status = 0, signal = NULL, pid = NULL, process = NULL, updated_at = ?2, ended_at = ?2,"
    " cancel_requested = 0 WHERE task_id = ?1");
  sqlite3_bind_int64(master, 1, task);
  text(master, 2, now);
  step(queue, master);
  sqlite3_stmt *attempt = statement(queue, 11,
    "INSERT INTO task_attempt (task_id, claim, attempt, worker_id, outcome, started_at, ended_at, exit_status, cpu_time,"
    " peak_memory) VALUES (?1, ?2, 1, ?3, 'completed', ?4, ?5, 0, ?6, ?7)");
  sqlite3_bind_int64(attempt, 1, task);
  sqlite3_bind_int64(attempt, 2, claim);
  text(attempt, 3, worker);
  text(attempt, 4, started);
  text(attempt, 5, now);
  sqlite3_bind_double(attempt, 6, used->ru_utime.tv_usec / 1e6);
  sqlite3_bind_int64(attempt, 7, used->ru_maxrss * 1024);
  step(queue, attempt);
  sqlite3_stmt *result = statement(queue, 12, "INSERT INTO task_result (task_id) VALUES (?1)");
  sqlite3_bind_int64(result, 1, task);
  step(queue, result);
  sqlite3_stmt *total =
    statement(queue, 13, "UPDATE workers SET tasks_completed = tasks_completed + 1 WHERE worker_id = ?1");
  text(total, 1, worker);
  step(queue, total);
  sqlite3_stmt *dependants = statement(queue, 14, "SELECT task_id FROM task_dependency WHERE depends_on = ?1");
  sqlite3_bind_int64(dependants, 1, task);
  step(queue, dependants);
  sqlite3_reset(dependants);
}

/* Runs what was claimed: words that need no quotes. */
static inline void run_claimed(struct queue *queue, struct rusage *used) {
  char *words[16], *next = queue->words + 1;
  int count = 0, status;
  pid_t pid;
  while (count < 15 && *next == '"') {
    words[count++] = ++next;
    next = strchr(next, '"');
    *next = 0;
    next += 2;
  }
  words[count] = NULL;
  if (posix_spawn(&pid, words[0], NULL, NULL, words, environ) != 0) die(words[0]);
  while (wait4(pid, &status, 0, used) < 0) {}
}
#endif
