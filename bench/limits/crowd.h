/* Processes that do the same thing side by side, and the times that they measure. */
#ifndef KOUBOU_BENCH_CROWD_H
#define KOUBOU_BENCH_CROWD_H
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static inline void die(const char *what) {
  perror(what);
  exit(1);
}

static inline double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* Memory that children share with us. */
static inline void *shared(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  return memory;
}

static inline int ascending(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

static inline double rank(double *sorted, int count, double share) {
  int index = (int)(share * (count - 1) + 0.5);
  return sorted[index];
}

/* One line of JSON: what the harness reads. */
static inline void report(double seconds, double *times, int count, int failed) {
  qsort(times, count, sizeof *times, ascending);
  printf("{\"seconds\": %.6f, \"rate\": %.3f, \"failed\": %d, \"p50\": %.4f, \"p90\": %.4f, \"p99\": %.4f, \"max\": %.4f}\n",
         seconds, count / seconds, failed, rank(times, count, 0.5), rank(times, count, 0.9), rank(times, count, 0.99),
         times[count - 1]);
}

/* Starts `words` and waits for its end; 0 when all was well. */
static inline int run(char **words, posix_spawn_file_actions_t *actions) {
  pid_t pid;
  int status;
  if (posix_spawn(&pid, words[0], actions, NULL, words, environ) != 0) return 1;
  while (waitpid(pid, &status, 0) < 0) {}
  return status != 0;
}
#endif
