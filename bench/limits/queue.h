/* The project's schema, used from C with its SQL: the least that a durable submit, a claim and a record cost. */
#ifndef KOUBOU_BENCH_QUEUE_H
#define KOUBOU_BENCH_QUEUE_H
#include "crowd.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>

struct queue {
  sqlite3 *db;
  int wal, lock;
  sqlite3_stmt *prepared[32];
  char words[8192]; /* the JSON array of the claimed task */
};

static inline void check(struct queue *queue, int code, const char *what) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(queue->db));
  exit(1);
}

static inline void run_sql(struct queue *queue, const char *sql) { check(queue, sqlite3_exec(queue->db, sql, 0, 0, 0), sql); }

/* `path` without its last part, and `name` in its place. */
static inline char *beside(const char *path, const char *name) {
  static char buffer[4096];
  const char *slash = strrchr(path, '/');
  snprintf(buffer, sizeof buffer, "%.*s/%s", (int)(slash - path), path, name);
  return buffer;
}

static inline void open_queue(struct queue *queue, const char *path) {
  char wal[4096];
  memset(queue, 0, sizeof *queue);
  check(queue, sqlite3_open_v2(path, &queue->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, 0), path);
  sqlite3_busy_timeout(queue->db, 10000);
  sqlite3_wal_autocheckpoint(queue->db, 0);
  sqlite3_db_config(queue->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
  run_sql(queue, "PRAGMA synchronous = NORMAL");
  run_sql(queue, "SELECT 1 FROM sqlite_schema");
  snprintf(wal, sizeof wal, "%s-wal", path);
  queue->wal = open(wal, O_RDWR | O_CLOEXEC);
  queue->lock = open(beside(path, "lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (queue->wal < 0 || queue->lock < 0) die(path);
}

static inline void begin(struct queue *queue) {
  flock(queue->lock, LOCK_EX);
  run_sql(queue, "BEGIN IMMEDIATE");
}

static inline void commit(struct queue *queue) {
  run_sql(queue, "COMMIT");
  flock(queue->lock, LOCK_UN);
}

static inline void synced(struct queue *queue) {
  if (fdatasync(queue->wal) != 0) die("fdatasync");
}

/* The statement number `index`, prepared once; its integers and texts are bound in order, -1 and NULL for SQL's NULL. */
static inline sqlite3_stmt *statement(struct queue *queue, int index, const char *sql) {
  if (!queue->prepared[index])
    check(queue, sqlite3_prepare_v3(queue->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &queue->prepared[index], 0), sql);
  sqlite3_reset(queue->prepared[index]);
  return queue->prepared[index];
}

static inline int step(struct queue *queue, sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  check(queue, code, sqlite3_sql(statement));
  if (code == SQLITE_DONE) sqlite3_reset(statement);
  return code == SQLITE_ROW;
}

static inline const char *now_text(void) {
  static char text[32];
  struct timespec time;
  struct tm parts;
  clock_gettime(CLOCK_REALTIME, &time);
  gmtime_r(&time.tv_sec, &parts);
  size_t length = strftime(text, sizeof text, "%F %T", &parts);
  snprintf(text + length, sizeof text - length, ".%03ld", time.tv_nsec / 1000000);
  return text;
}

static inline void text(sqlite3_stmt *statement, int index, const char *value) {
  sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
}

/* One task of type exec whose words are the JSON array `argv`, in a transaction of its own. */
static inline void submit(struct queue *queue, const char *argv) {
  const char *now = now_text();
  begin(queue);
  sqlite3_stmt *master = statement(queue, 0,
    "INSERT INTO task_master (type, status, priority, max_attempts, slots, waits_for, created_at, updated_at, depth)"
    " VALUES ('exec', 'pending', 5, 1, 1, 0, ?1, ?1, 0)");
  text(master, 1, now);
  step(queue, master);
  sqlite3_stmt *payload = statement(queue, 1,
    "INSERT INTO task_payload (task_id, argv, cwd, env, metadata) VALUES (?1, ?2, '/tmp', '{}', '{}')");
  sqlite3_bind_int64(payload, 1, sqlite3_last_insert_rowid(queue->db));
  text(payload, 2, argv);
  step(queue, payload);
  commit(queue);
}
#endif
