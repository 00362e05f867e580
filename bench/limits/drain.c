/* usage: drain DATABASE COUNT WORKERS
 * Runs /bin/true for COUNT tasks that are pending: each worker records the end of one and claims the next in one commit, as
 * koubou-worker does, and the WAL is synced at the end, when somebody is told. */
#include "worker.h"

static void work(const char *database, int number) {
  struct queue queue;
  struct rusage used;
  char worker[16];
  open_queue(&queue, database);
  snprintf(worker, sizeof worker, "bench_%03d", number % 1000);
  enter(&queue, worker);
  for (long task = 0;;) {
    begin(&queue);
    if (task) record(&queue, task, worker, &used);
    task = claim(&queue, worker);
    commit(&queue);
    if (!task) break;
    run_claimed(&queue, &used);
  }
  synced(&queue);
}

int main(int argc, char **argv) {
  if (argc < 4) return 64;
  int count = atoi(argv[2]), workers = atoi(argv[3]);
  double start = now_ms();
  for (int number = 0; number < workers; number++)
    if (fork() == 0) {
      work(argv[1], number);
      _exit(0);
    }
  while (wait(NULL) > 0) {}
  double seconds = (now_ms() - start) / 1e3;
  printf("{\"seconds\": %.6f, \"rate\": %.3f, \"failed\": 0}\n", seconds, count / seconds);
}
