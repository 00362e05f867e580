/* usage: spawn COUNT AT_ONCE COMMAND...
 * Starts COMMAND COUNT times, AT_ONCE side by side, each after the end of the one before: how fast processes start. */
#include "crowd.h"
#include <fcntl.h>

int main(int argc, char **argv) {
  if (argc < 4) return 64;
  int count = atoi(argv[1]), at_once = atoi(argv[2]);
  double *times = shared(count * sizeof *times);
  int *failed = shared(sizeof *failed);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  double start = now_ms();
  for (int lane = 0; lane < at_once; lane++)
    if (fork() == 0) {
      for (int index = lane; index < count; index += at_once) {
        double began = now_ms();
        if (run(argv + 3, &actions)) __atomic_add_fetch(failed, 1, __ATOMIC_RELAXED);
        times[index] = now_ms() - began;
      }
      _exit(0);
    }
  while (wait(NULL) > 0) {}
  report((now_ms() - start) / 1e3, times, count, *failed);
}
