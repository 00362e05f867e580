/* usage: prototype work DATABASE | submit DATABASE WORKER_PID COMMAND...
 * The steps from a submit to a task's start that can't be left out: commit, signal, sync; claim, start. */
#include "worker.h"
#include <signal.h>
#include <sys/signalfd.h>

static int work(const char *database) {
  struct queue queue;
  struct rusage used;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int signals = signalfd(-1, &set, SFD_CLOEXEC);
  open_queue(&queue, database);
  enter(&queue, "bench_000");
  puts("ready");
  fflush(stdout);
  for (long task = 0;;) {
    begin(&queue);
    if (task) record(&queue, task, "bench_000", &used);
    task = claim(&queue, "bench_000");
    commit(&queue);
    if (task) {
      run_claimed(&queue, &used);
    } else {
      struct signalfd_siginfo info;
      if (read(signals, &info, sizeof info) < 0) return 1;
    }
  }
}

int main(int argc, char **argv) {
  struct queue queue;
  char json[8192] = "[";
  if (argc == 3) return work(argv[2]);
  if (argc < 5) return 64;
  for (int word = 4; word < argc; word++)
    snprintf(json + strlen(json), sizeof json - strlen(json), "%s\"%s\"", word > 4 ? "," : "", argv[word]);
  strcat(json, "]");
  open_queue(&queue, argv[2]);
  submit(&queue, json);
  kill(atoi(argv[3]), SIGUSR1);
  synced(&queue);
  puts("1");
}
