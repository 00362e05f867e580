-- The forms that the schema had while it was version 1, by the first commit of each: the first one whole, of the others what was new.

== 7b8342a

CREATE TABLE task_master (
  task_id          INTEGER PRIMARY KEY AUTOINCREMENT,
  type             TEXT    NOT NULL,
  status           TEXT    NOT NULL CHECK (status IN ('blocked', 'scheduled', 'pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  priority         INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
  attempt          INTEGER NOT NULL DEFAULT 0,   -- number of the last attempt, 0 before the first
  lost             INTEGER NOT NULL DEFAULT 0,   -- attempts that ended with their worker
  max_attempts     INTEGER NOT NULL,
  timeout          REAL,                         -- seconds
  claim            INTEGER,                      -- of the last attempt; fences every write about it
  worker_id        TEXT,
  pid              INTEGER,                      -- of the running task, its process group too
  exit_status      INTEGER,
  signal           INTEGER,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  created_at       TEXT    NOT NULL,
  updated_at       TEXT    NOT NULL,
  run_at           TEXT,
  started_at       TEXT,
  ended_at         TEXT
) STRICT;

CREATE INDEX task_claim ON task_master (type, priority DESC, task_id) WHERE status = 'pending';

CREATE INDEX task_due ON task_master (run_at) WHERE status = 'scheduled';

CREATE INDEX task_running ON task_master (worker_id) WHERE status = 'in_progress';

CREATE TABLE task_payload (
  task_id INTEGER PRIMARY KEY,
  title   TEXT,
  prompt  ANY,                                   -- text, or a blob where it is not UTF-8
  argv    ANY,                                   -- JSON array, or a blob of words that end with NUL
  cwd     ANY     NOT NULL,
  env     ANY     NOT NULL                       -- JSON object, or a blob of NAME=value words
) STRICT;

CREATE TABLE task_tag (
  tag     TEXT    NOT NULL,
  task_id INTEGER NOT NULL,
  PRIMARY KEY (tag, task_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_tag_of ON task_tag (task_id);

CREATE TABLE task_result (
  task_id     INTEGER PRIMARY KEY,
  result      ANY,                               -- stdout of the last attempt
  result_file TEXT,                              -- instead, where it is too large for the database
  stderr      ANY,
  stderr_file TEXT,
  error       TEXT
) STRICT;

CREATE TABLE task_attempt (
  task_id     INTEGER NOT NULL,
  claim       INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  worker_id   TEXT    NOT NULL,
  outcome     TEXT    NOT NULL CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'lost', 'requeued')),
  started_at  TEXT    NOT NULL,
  ended_at    TEXT    NOT NULL,
  exit_status INTEGER,
  signal      INTEGER,
  cpu_time    REAL    NOT NULL,                  -- seconds
  peak_memory INTEGER NOT NULL,                  -- bytes
  stderr      ANY,                               -- its last part
  error       TEXT,
  PRIMARY KEY (task_id, claim)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_event (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id     INTEGER NOT NULL,
  at          TEXT    NOT NULL,
  from_status TEXT,
  to_status   TEXT    NOT NULL,
  worker_id   TEXT,
  attempt     INTEGER NOT NULL
) STRICT;

CREATE TABLE task_count (
  type   TEXT    NOT NULL,
  status TEXT    NOT NULL,
  n      INTEGER NOT NULL,
  PRIMARY KEY (type, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE workers (
  worker_id       TEXT    PRIMARY KEY,
  pid             INTEGER NOT NULL,
  process         TEXT    NOT NULL,              -- boot id and start time: the pid may be somebody else's
  status          TEXT    NOT NULL CHECK (status IN ('starting', 'idle', 'busy', 'draining')),
  task_id         INTEGER,
  tasks_completed INTEGER NOT NULL,
  tasks_failed    INTEGER NOT NULL,
  idle_since      TEXT,
  started_at      TEXT    NOT NULL,
  last_heartbeat  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE worker_slot (                       -- what the slot's former workers did
  worker_id       TEXT    PRIMARY KEY,
  tasks_completed INTEGER NOT NULL,
  tasks_failed    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE supervisor (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  pid            INTEGER NOT NULL,
  process        TEXT    NOT NULL,
  min            INTEGER NOT NULL,
  max            INTEGER NOT NULL,
  threshold      REAL    NOT NULL,
  idle_timeout   REAL    NOT NULL,               -- seconds
  started_at     TEXT    NOT NULL,
  last_heartbeat TEXT    NOT NULL
) STRICT;

CREATE TABLE listeners (                         -- who is signalled (USR1) when a task ends
  pid     INTEGER PRIMARY KEY,
  process TEXT    NOT NULL,
  task_id INTEGER                                -- NULL: any task
) STRICT;

CREATE INDEX listeners_of ON listeners (task_id);

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

INSERT INTO counters VALUES ('claim', 0);

CREATE TRIGGER task_inserted AFTER INSERT ON task_master BEGIN
  INSERT INTO task_count VALUES (NEW.type, NEW.status, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO task_event (task_id, at, to_status, attempt) VALUES (NEW.task_id, NEW.created_at, NEW.status, 0);
END;

CREATE TRIGGER task_moved AFTER UPDATE OF status ON task_master WHEN OLD.status <> NEW.status BEGIN
  SELECT RAISE(ABORT, 'a task can''t change its status that way') WHERE NOT (OLD.status = 'blocked' AND NEW.status IN ('scheduled', 'pending', 'cancelled') OR OLD.status = 'scheduled' AND NEW.status IN ('pending', 'cancelled') OR OLD.status = 'pending' AND NEW.status IN ('scheduled', 'in_progress', 'cancelled') OR OLD.status = 'in_progress' AND NEW.status IN ('scheduled', 'pending', 'completed', 'failed', 'cancelled') OR OLD.status = 'failed' AND NEW.status IN ('pending') OR OLD.status = 'cancelled' AND NEW.status IN ('pending'));
  UPDATE task_count SET n = n - 1 WHERE type = OLD.type AND status = OLD.status;
  INSERT INTO task_count VALUES (NEW.type, NEW.status, 1) ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO task_event (task_id, at, from_status, to_status, worker_id, attempt)
  VALUES (NEW.task_id, NEW.updated_at, OLD.status, NEW.status, NEW.worker_id, NEW.attempt);
END;

CREATE TRIGGER task_deleted AFTER DELETE ON task_master BEGIN
  UPDATE task_count SET n = n - 1 WHERE type = OLD.type AND status = OLD.status;
END;

== 4c2fd61

CREATE TABLE supervisor (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  pid            INTEGER NOT NULL,
  process        TEXT    NOT NULL,
  min            INTEGER NOT NULL,
  max            INTEGER NOT NULL,
  threshold      REAL    NOT NULL,
  idle_timeout   REAL    NOT NULL,               -- seconds
  note           TEXT,                           -- what keeps the pool from its work, in words
  started_at     TEXT    NOT NULL,
  last_heartbeat TEXT    NOT NULL
) STRICT;

CREATE TABLE settings (                          -- of `koubouctl pool`: stronger than the configuration
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE paused (type TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;   -- '' is every type

== 88cc73b

CREATE INDEX task_ended ON task_master (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX task_event_of ON task_event (task_id);

== 2f18fde

CREATE TABLE task_master (
  task_id          INTEGER PRIMARY KEY AUTOINCREMENT,
  type             TEXT    NOT NULL,
  status           TEXT    NOT NULL CHECK (status IN ('blocked', 'scheduled', 'pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  priority         INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
  attempt          INTEGER NOT NULL DEFAULT 0,   -- number of the last attempt, 0 before the first
  lost             INTEGER NOT NULL DEFAULT 0,   -- attempts that ended with their worker
  max_attempts     INTEGER NOT NULL,
  timeout          REAL,                         -- seconds
  claim            INTEGER,                      -- of the last attempt; fences every write about it
  worker_id        TEXT,
  pid              INTEGER,                      -- of the running task, its process group too
  process          TEXT,                         -- boot id and start time of it: the pid may be somebody else's
  exit_status      INTEGER,
  signal           INTEGER,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  created_at       TEXT    NOT NULL,
  updated_at       TEXT    NOT NULL,
  run_at           TEXT,
  started_at       TEXT,
  ended_at         TEXT
) STRICT;

== e1920bc

CREATE TABLE task_attempt (
  task_id     INTEGER NOT NULL,
  claim       INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  worker_id   TEXT    NOT NULL,
  outcome     TEXT    NOT NULL CHECK (outcome IN ('completed', 'failed', 'timed_out', 'cancelled', 'lost', 'requeued', 'deferred')),
  started_at  TEXT    NOT NULL,
  ended_at    TEXT    NOT NULL,
  exit_status INTEGER,
  signal      INTEGER,
  cpu_time    REAL    NOT NULL,                  -- seconds
  peak_memory INTEGER NOT NULL,                  -- bytes
  stderr      ANY,                               -- its last part
  error       TEXT,
  PRIMARY KEY (task_id, claim)
) STRICT, WITHOUT ROWID;

== 5156bcc

CREATE TABLE task_master (
  task_id          INTEGER PRIMARY KEY AUTOINCREMENT,
  type             TEXT    NOT NULL,
  status           TEXT    NOT NULL CHECK (status IN ('blocked', 'scheduled', 'pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  priority         INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
  attempt          INTEGER NOT NULL DEFAULT 0,   -- number of the last attempt, 0 before the first
  lost             INTEGER NOT NULL DEFAULT 0,   -- attempts that ended with their worker
  max_attempts     INTEGER NOT NULL,
  timeout          REAL,                         -- seconds
  slots            INTEGER NOT NULL DEFAULT 1,   -- of its type's concurrency
  waits_for        INTEGER NOT NULL DEFAULT 0 CHECK ((waits_for > 0) = (status = 'blocked')),
  key              TEXT,                         -- no other task with it while this one has not ended
  claim            INTEGER,                      -- of the last attempt; fences every write about it
  worker_id        TEXT,
  pid              INTEGER,                      -- of the running task, its process group too
  process          TEXT,                         -- boot id and start time of it: the pid may be somebody else's
  exit_status      INTEGER,
  signal           INTEGER,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  created_at       TEXT    NOT NULL,
  updated_at       TEXT    NOT NULL,
  run_at           TEXT,
  started_at       TEXT,
  ended_at         TEXT
) STRICT;

CREATE INDEX task_key ON task_master (key, ended_at) WHERE key IS NOT NULL;

CREATE TABLE task_payload (
  task_id   INTEGER PRIMARY KEY,
  title     TEXT,
  prompt    ANY,                                 -- text, or a blob where it is not UTF-8
  argv      ANY,                                 -- JSON array, or a blob of words that end with NUL
  cwd       ANY     NOT NULL,
  env       ANY     NOT NULL,                    -- JSON object, or a blob of NAME=value words
  metadata  TEXT    NOT NULL DEFAULT '{}',       -- JSON object of strings
  recurring INTEGER                              -- number of the recurring task that it is a run of
) STRICT;

CREATE TABLE task_dependency (
  task_id    INTEGER NOT NULL,
  depends_on INTEGER NOT NULL,                   -- an older task, so that there is no cycle
  any_end    INTEGER NOT NULL,                   -- 0: it must complete
  PRIMARY KEY (task_id, depends_on)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_dependant ON task_dependency (depends_on);

CREATE TABLE recurring (                         -- what `every` has set up: when, and the task
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  spec         TEXT    NOT NULL,
  next_at      TEXT    NOT NULL,
  last_task_id INTEGER,
  type         TEXT    NOT NULL,
  priority     INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  timeout      REAL,
  slots        INTEGER NOT NULL,
  title        TEXT,
  prompt       ANY,
  argv         ANY,
  cwd          ANY     NOT NULL,
  env          ANY     NOT NULL,
  metadata     TEXT    NOT NULL,
  tags         TEXT    NOT NULL                  -- JSON array
) STRICT;

CREATE INDEX recurring_next ON recurring (next_at);

CREATE TABLE type_start (                        -- the last starts of types with a rate, numbered
  type   TEXT    NOT NULL,
  number INTEGER NOT NULL,
  at     TEXT    NOT NULL,
  PRIMARY KEY (type, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_count (
  type   TEXT    NOT NULL,
  status TEXT    NOT NULL,
  n      INTEGER NOT NULL,
  slots  INTEGER NOT NULL,                       -- of these tasks together
  PRIMARY KEY (type, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER task_inserted AFTER INSERT ON task_master BEGIN
  INSERT INTO task_count VALUES (NEW.type, NEW.status, 1, NEW.slots)
  ON CONFLICT DO UPDATE SET n = n + 1, slots = slots + excluded.slots;
  INSERT INTO task_event (task_id, at, to_status, attempt) VALUES (NEW.task_id, NEW.created_at, NEW.status, 0);
END;

CREATE TRIGGER task_moved AFTER UPDATE OF status ON task_master WHEN OLD.status <> NEW.status BEGIN
  SELECT RAISE(ABORT, 'a task can''t change its status that way') WHERE NOT (OLD.status = 'blocked' AND NEW.status IN ('scheduled', 'pending', 'cancelled') OR OLD.status = 'scheduled' AND NEW.status IN ('pending', 'cancelled') OR OLD.status = 'pending' AND NEW.status IN ('scheduled', 'in_progress', 'cancelled') OR OLD.status = 'in_progress' AND NEW.status IN ('scheduled', 'pending', 'completed', 'failed', 'cancelled'));
  UPDATE task_count SET n = n - 1, slots = slots - OLD.slots WHERE type = OLD.type AND status = OLD.status;
  INSERT INTO task_count VALUES (NEW.type, NEW.status, 1, NEW.slots)
  ON CONFLICT DO UPDATE SET n = n + 1, slots = slots + excluded.slots;
  INSERT INTO task_event (task_id, at, from_status, to_status, worker_id, attempt)
  VALUES (NEW.task_id, NEW.updated_at, OLD.status, NEW.status, NEW.worker_id, NEW.attempt);
END;

CREATE TRIGGER task_deleted AFTER DELETE ON task_master BEGIN
  UPDATE task_count SET n = n - 1, slots = slots - OLD.slots WHERE type = OLD.type AND status = OLD.status;
END;

== e0b466b

CREATE TABLE paused (
  type  TEXT PRIMARY KEY,                        -- '' is every type
  until TEXT                                     -- NULL: until somebody resumes it
) STRICT, WITHOUT ROWID;

== eb38feb

CREATE TABLE task_event (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id     INTEGER NOT NULL,
  at          TEXT    NOT NULL,
  from_status TEXT,
  to_status   TEXT    NOT NULL,
  worker_id   TEXT,
  attempt     INTEGER NOT NULL,
  detail      TEXT                               -- why, in words: the error of the attempt that ended
) STRICT;

CREATE TABLE pool_decision (                     -- the last hundred things that the supervisor did to the pool
  seq            INTEGER PRIMARY KEY AUTOINCREMENT,
  at             TEXT    NOT NULL,
  action         TEXT    NOT NULL CHECK (action IN ('start', 'drain', 'hold', 'configure')),
  workers_before INTEGER NOT NULL,
  workers_after  INTEGER NOT NULL,
  pending        INTEGER NOT NULL,
  reason         TEXT    NOT NULL
) STRICT;

== c8bda7a

CREATE INDEX task_ended_as ON task_master (status, ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX task_blocked ON task_master (task_id) WHERE status = 'blocked';

== 971954c

CREATE TABLE task_master (
  task_id          INTEGER PRIMARY KEY AUTOINCREMENT,
  type             TEXT    NOT NULL,
  status           TEXT    NOT NULL CHECK (status IN ('blocked', 'scheduled', 'pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  priority         INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
  attempt          INTEGER NOT NULL DEFAULT 0,   -- number of the last attempt, 0 before the first
  lost             INTEGER NOT NULL DEFAULT 0,   -- attempts that ended with their worker
  max_attempts     INTEGER NOT NULL,
  timeout          REAL,                         -- seconds
  slots            INTEGER NOT NULL DEFAULT 1,   -- of its type's concurrency
  waits_for        INTEGER NOT NULL DEFAULT 0 CHECK ((waits_for > 0) = (status = 'blocked')),
  parent           INTEGER,                      -- the task from inside of which it was handed in
  depth            INTEGER NOT NULL DEFAULT 0,   -- how many tasks above it: 1 more than its parent's
  progress         INTEGER CHECK (progress BETWEEN 0 AND 100), -- of the last attempt, in its own words
  progress_message TEXT,
  key              TEXT,                         -- no other task with it while this one has not ended
  claim            INTEGER,                      -- of the last attempt; fences every write about it
  worker_id        TEXT,
  pid              INTEGER,                      -- of the running task, its process group too
  process          TEXT,                         -- boot id and start time of it: the pid may be somebody else's
  exit_status      INTEGER,
  signal           INTEGER,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  created_at       TEXT    NOT NULL,
  updated_at       TEXT    NOT NULL,
  run_at           TEXT,
  started_at       TEXT,
  ended_at         TEXT
) STRICT;

CREATE INDEX task_parent ON task_master (parent) WHERE parent IS NOT NULL;

CREATE TABLE task_payload (
  task_id   INTEGER PRIMARY KEY,
  title     TEXT,
  notify    TEXT,                                -- JSON array: the words of what is run when it has ended
  prompt    ANY,                                 -- text, or a blob where it is not UTF-8
  argv      ANY,                                 -- JSON array, or a blob of words that end with NUL
  cwd       ANY     NOT NULL,
  env       ANY     NOT NULL,                    -- JSON object, or a blob of NAME=value words
  metadata  TEXT    NOT NULL DEFAULT '{}',       -- JSON object of strings
  recurring INTEGER                              -- number of the recurring task that it is a run of
) STRICT;

CREATE TABLE notification (                      -- commands to run because a task has ended
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id INTEGER NOT NULL,
  is_own  INTEGER NOT NULL                       -- 1: what the task itself asked for; 0: that of the configuration
) STRICT;

INSERT INTO counters VALUES ('claim', 0), ('notified', 0); -- the last claim; the last event that was looked at

== ec6abec

CREATE TABLE task_master (
  task_id          INTEGER PRIMARY KEY AUTOINCREMENT,
  type             TEXT    NOT NULL,
  status           TEXT    NOT NULL CHECK (status IN ('blocked', 'scheduled', 'pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  priority         INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
  attempt          INTEGER NOT NULL DEFAULT 0,   -- number of the last attempt, 0 before the first
  lost             INTEGER NOT NULL DEFAULT 0,   -- attempts that ended with their worker
  max_attempts     INTEGER NOT NULL,
  timeout          REAL,                         -- seconds
  slots            INTEGER NOT NULL DEFAULT 1,   -- of its type's concurrency
  waits_for        INTEGER NOT NULL DEFAULT 0 CHECK ((waits_for > 0) = (status = 'blocked')),
  parent           INTEGER,                      -- the task from inside of which it was handed in
  depth            INTEGER NOT NULL DEFAULT 0,   -- how many tasks above it: 1 more than its parent's
  progress         INTEGER CHECK (progress BETWEEN 0 AND 100), -- of the last attempt, in its own words
  progress_message TEXT,
  key              TEXT,                         -- no other task with it while this one has not ended
  claim            INTEGER,                      -- of the last attempt; fences every write about it
  retried_claim    INTEGER NOT NULL DEFAULT 0,   -- the last one before a person tried it again
  worker_id        TEXT,
  pid              INTEGER,                      -- of the running task, its process group too
  process          TEXT,                         -- boot id and start time of it: the pid may be somebody else's
  exit_status      INTEGER,
  signal           INTEGER,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  created_at       TEXT    NOT NULL,
  updated_at       TEXT    NOT NULL,
  run_at           TEXT,
  started_at       TEXT,
  ended_at         TEXT
) STRICT;

== 12507a8

CREATE INDEX task_child ON task_master (parent) WHERE parent IS NOT NULL AND status = 'pending';

== 2ee7d22

CREATE TABLE gateway (                           -- each `koubouctl serve` that runs
  pid        INTEGER PRIMARY KEY,
  process    TEXT NOT NULL,
  address    TEXT NOT NULL,
  started_at TEXT NOT NULL
) STRICT;

== b270ba4

CREATE TABLE supervisor (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  pid            INTEGER NOT NULL,
  process        TEXT    NOT NULL,
  min            INTEGER NOT NULL,
  max            INTEGER NOT NULL,
  threshold      REAL    NOT NULL,
  idle_timeout   REAL    NOT NULL,               -- seconds
  policy         TEXT    NOT NULL CHECK (policy IN ('ratio', 'target-wait')),
  target_wait    REAL    NOT NULL,               -- seconds
  note           TEXT,                           -- what keeps the pool from its work, in words
  started_at     TEXT    NOT NULL,
  last_heartbeat TEXT    NOT NULL
) STRICT;
