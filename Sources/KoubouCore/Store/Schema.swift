/// The schema: what version 2 was, and a step for each version since. A new database is made by all of it in turn, an
/// older one is brought up to date by the steps that it lacks (see `Store.migrate`), so that both are the same.
///
/// To change the schema, leave `base` and the steps there are alone, and write one more step: SQL that a full database
/// lives through, such as `ALTER TABLE task_master ADD COLUMN note TEXT`. Then count `version` up, and run
/// `KOUBOU_UPDATE_GOLDEN=1 swift test --filter MigrationTests`, which keeps the new form in Tests/Forms for the next one.
///
/// Tables hold UTC text for times (see `Timestamp`) and seconds for durations. `task_master` is the small, hot row;
/// payload and result lie beside it, because an UPDATE rewrites a whole row.
enum Schema {
    /// That of `base` and one for each step: to count them would put them together, in each program that starts.
    static let version = 2
    /// Which `base` is. Before it, version 1 had many forms: see `EarlyForms`.
    static let baseVersion = 2

    /// Marks the file as ours: "koub".
    static let applicationID = 0x6b6f_7562

    /// From version 2 to 3, from 3 to 4, and so on.
    static let steps: [String] = []

    static let base = """
        CREATE TABLE task_master (
          task_id          INTEGER PRIMARY KEY AUTOINCREMENT,
          type             TEXT    NOT NULL,
          status           TEXT    NOT NULL CHECK (status IN (\(list(TaskState.allCases)))),
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
        CREATE INDEX task_claim ON task_master (type, priority DESC, task_id) WHERE status = 'pending';
        CREATE INDEX task_due ON task_master (run_at) WHERE status = 'scheduled';
        CREATE INDEX task_running ON task_master (worker_id) WHERE status = 'in_progress';
        CREATE INDEX task_ended ON task_master (ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX task_ended_as ON task_master (status, ended_at) WHERE ended_at IS NOT NULL;
        CREATE INDEX task_blocked ON task_master (task_id) WHERE status = 'blocked';

        CREATE INDEX task_parent ON task_master (parent) WHERE parent IS NOT NULL;
        CREATE INDEX task_child ON task_master (parent) WHERE parent IS NOT NULL AND status = 'pending';
        CREATE INDEX task_key ON task_master (key, ended_at) WHERE key IS NOT NULL;

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
          outcome     TEXT    NOT NULL CHECK (outcome IN (\(list(AttemptOutcome.allCases)))),
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
          attempt     INTEGER NOT NULL,
          detail      TEXT                               -- why, in words: the error of the attempt that ended
        ) STRICT;
        CREATE INDEX task_event_of ON task_event (task_id);

        CREATE TABLE task_count (
          type   TEXT    NOT NULL,
          status TEXT    NOT NULL,
          n      INTEGER NOT NULL,
          slots  INTEGER NOT NULL,                       -- of these tasks together
          PRIMARY KEY (type, status)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE workers (
          worker_id       TEXT    PRIMARY KEY,
          pid             INTEGER NOT NULL,
          process         TEXT    NOT NULL,              -- boot id and start time: the pid may be somebody else's
          status          TEXT    NOT NULL CHECK (status IN (\(list(WorkerStatus.allCases)))),
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
          policy         TEXT    NOT NULL CHECK (policy IN (\(list(ScalingPolicy.allCases)))),
          target_wait    REAL    NOT NULL,               -- seconds
          note           TEXT,                           -- what keeps the pool from its work, in words
          started_at     TEXT    NOT NULL,
          last_heartbeat TEXT    NOT NULL
        ) STRICT;

        CREATE TABLE pool_decision (                     -- the last hundred things that the supervisor did to the pool
          seq            INTEGER PRIMARY KEY AUTOINCREMENT,
          at             TEXT    NOT NULL,
          action         TEXT    NOT NULL CHECK (action IN (\(list(PoolDecision.Action.allCases)))),
          workers_before INTEGER NOT NULL,
          workers_after  INTEGER NOT NULL,
          pending        INTEGER NOT NULL,
          reason         TEXT    NOT NULL
        ) STRICT;

        CREATE TABLE notification (                      -- commands to run because a task has ended
          number  INTEGER PRIMARY KEY AUTOINCREMENT,
          task_id INTEGER NOT NULL,
          is_own  INTEGER NOT NULL                       -- 1: what the task itself asked for; 0: that of the configuration
        ) STRICT;

        CREATE TABLE settings (                          -- of `koubouctl pool`: stronger than the configuration
          key   TEXT PRIMARY KEY,
          value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE paused (
          type  TEXT PRIMARY KEY,                        -- '' is every type
          until TEXT                                     -- NULL: until somebody resumes it
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE listeners (                         -- who is signalled (USR1) when a task ends
          pid     INTEGER PRIMARY KEY,
          process TEXT    NOT NULL,
          task_id INTEGER                                -- NULL: any task
        ) STRICT;
        CREATE INDEX listeners_of ON listeners (task_id);

        CREATE TABLE gateway (                           -- each `koubouctl serve` that runs
          pid        INTEGER PRIMARY KEY,
          process    TEXT NOT NULL,
          address    TEXT NOT NULL,
          started_at TEXT NOT NULL
        ) STRICT;

        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO counters VALUES ('claim', 0), ('notified', 0); -- the last claim; the last event that was looked at

        CREATE TRIGGER task_inserted AFTER INSERT ON task_master BEGIN
          INSERT INTO task_count VALUES (NEW.type, NEW.status, 1, NEW.slots)
          ON CONFLICT DO UPDATE SET n = n + 1, slots = slots + excluded.slots;
          INSERT INTO task_event (task_id, at, to_status, attempt) VALUES (NEW.task_id, NEW.created_at, NEW.status, 0);
        END;
        CREATE TRIGGER task_moved AFTER UPDATE OF status ON task_master WHEN OLD.status <> NEW.status BEGIN
          SELECT RAISE(ABORT, 'a task can''t change its status that way') WHERE NOT (\(transitions));
          UPDATE task_count SET n = n - 1, slots = slots - OLD.slots WHERE type = OLD.type AND status = OLD.status;
          INSERT INTO task_count VALUES (NEW.type, NEW.status, 1, NEW.slots)
          ON CONFLICT DO UPDATE SET n = n + 1, slots = slots + excluded.slots;
          INSERT INTO task_event (task_id, at, from_status, to_status, worker_id, attempt)
          VALUES (NEW.task_id, NEW.updated_at, OLD.status, NEW.status, NEW.worker_id, NEW.attempt);
        END;
        CREATE TRIGGER task_deleted AFTER DELETE ON task_master BEGIN
          UPDATE task_count SET n = n - 1, slots = slots - OLD.slots WHERE type = OLD.type AND status = OLD.status;
        END;
        """

    /// The state machine as SQL: `OLD.status = 'pending' AND NEW.status IN (…) OR …`.
    private static var transitions: String {
        TaskState.allCases.filter { !$0.successors.isEmpty }.map { state in
            let successors = TaskState.allCases.filter(state.successors.contains)
            return "OLD.status = '\(state.rawValue)' AND NEW.status IN (\(list(successors)))"
        }.joined(separator: " OR ")
    }

    private static func list(_ cases: [some RawRepresentable<String>]) -> String {
        cases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}
