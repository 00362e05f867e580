-- A queue of the first form, which all others can hold too: a task in each state, and one that was pruned.
INSERT INTO task_master (task_id, type, status, priority, attempt, max_attempts, timeout, claim, worker_id, exit_status, created_at, updated_at, started_at, ended_at) VALUES
  (1, 'shell', 'pending', 5, 0, 1, NULL, NULL, NULL, NULL, '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000', NULL, NULL),
  (2, 'shell', 'pending', 9, 0, 3, 1.5, NULL, NULL, NULL, '2026-01-01 00:00:01.000', '2026-01-01 00:00:01.000', NULL, NULL),
  (3, 'exec', 'pending', 5, 0, 1, NULL, NULL, NULL, NULL, '2026-01-01 00:00:02.000', '2026-01-01 00:00:02.000', NULL, NULL),
  (4, 'exec', 'pending', 5, 0, 1, NULL, NULL, NULL, NULL, '2026-01-01 00:00:03.000', '2026-01-01 00:00:03.000', NULL, NULL),
  (5, 'shell', 'pending', 1, 0, 1, NULL, NULL, NULL, NULL, '2026-01-01 00:00:04.000', '2026-01-01 00:00:04.000', NULL, NULL),
  (6, 'shell', 'pending', 5, 0, 1, NULL, NULL, NULL, NULL, '2026-01-01 00:00:05.000', '2026-01-01 00:00:05.000', NULL, NULL),
  (7, 'shell', 'pending', 5, 0, 1, NULL, NULL, NULL, NULL, '2026-01-01 00:00:06.000', '2026-01-01 00:00:06.000', NULL, NULL),
  (40, 'shell', 'pending', 5, 0, 1, NULL, NULL, NULL, NULL, '2026-01-01 00:00:07.000', '2026-01-01 00:00:07.000', NULL, NULL);
INSERT INTO task_payload (task_id, title, prompt, argv, cwd, env) VALUES
  (1, 'first', 'echo 1', NULL, '/', '{"PATH":"/usr/bin:/bin"}'), (2, NULL, 'echo 2', NULL, '/', '{"PATH":"/usr/bin:/bin"}'),
  (3, NULL, NULL, '["echo","3"]', '/', '{"PATH":"/usr/bin:/bin"}'), (4, NULL, NULL, X'6563686f00ff00', '/', '{"PATH":"/usr/bin:/bin"}'),
  (5, NULL, 'echo 5', NULL, '/', '{"PATH":"/usr/bin:/bin"}'), (6, NULL, 'echo 6', NULL, '/', '{"PATH":"/usr/bin:/bin"}'),
  (7, NULL, X'ff00fe', NULL, '/', '{"PATH":"/usr/bin:/bin"}'), (40, NULL, 'true', NULL, '/', '{}');
INSERT INTO task_tag VALUES ('nightly', 1), ('nightly', 5);
UPDATE task_master SET status = 'in_progress', attempt = 1, claim = task_id * 10, worker_id = 'worker_001', started_at = '2026-01-01 00:01:00.000',
  updated_at = '2026-01-01 00:01:00.000' WHERE task_id IN (3, 4, 5, 6);
UPDATE task_master SET status = 'completed', exit_status = 0, ended_at = '2026-01-01 00:01:01.000', updated_at = '2026-01-01 00:01:01.000' WHERE task_id = 4;
UPDATE task_master SET status = 'failed', exit_status = 2, ended_at = '2026-01-01 00:01:02.000', updated_at = '2026-01-01 00:01:02.000' WHERE task_id = 5;
UPDATE task_master SET status = 'cancelled', signal = 15, ended_at = '2026-01-01 00:01:03.000', updated_at = '2026-01-01 00:01:03.000' WHERE task_id = 6;
UPDATE task_master SET status = 'scheduled', run_at = '2026-01-01 00:02:00.000', updated_at = '2026-01-01 00:01:04.000' WHERE task_id = 7;
DELETE FROM task_master WHERE task_id = 40;
DELETE FROM task_payload WHERE task_id = 40;
INSERT INTO task_result (task_id, result, stderr, error) VALUES (4, X'ff0a', 'a word', NULL), (5, 'half', NULL, 'exit status 2');
INSERT INTO task_attempt (task_id, claim, attempt, worker_id, outcome, started_at, ended_at, exit_status, cpu_time, peak_memory, stderr, error) VALUES
  (4, 40, 1, 'worker_001', 'completed', '2026-01-01 00:01:00.000', '2026-01-01 00:01:01.000', 0, 0.25, 4096, 'a word', NULL),
  (5, 50, 1, 'worker_001', 'failed', '2026-01-01 00:01:00.000', '2026-01-01 00:01:02.000', 2, 0.5, 8192, NULL, 'exit status 2'),
  (6, 60, 1, 'worker_001', 'cancelled', '2026-01-01 00:01:00.000', '2026-01-01 00:01:03.000', NULL, 0.5, 8192, NULL, NULL);
INSERT INTO workers VALUES ('worker_001', 999999999, 'no-boot/1', 'busy', 3, 1, 2, NULL, '2026-01-01 00:00:30.000', '2026-01-01 00:01:05.000');
INSERT INTO worker_slot VALUES ('worker_001', 1, 2), ('worker_002', 7, 0);
INSERT INTO listeners VALUES (999999998, 'no-boot/2', 1);
UPDATE counters SET value = 77 WHERE name = 'claim';
