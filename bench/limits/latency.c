/* usage: latency FIFO COUNT PAUSE_MS COMMAND...
 * COMMAND hands in a task that writes when it began to FIFO: how long that is after the start of COMMAND. */
#include "crowd.h"
#include <fcntl.h>

int main(int argc, char **argv) {
  if (argc < 5) return 64;
  int count = atoi(argv[2]), fifo = open(argv[1], O_RDWR), failed = 0;
  double *times = malloc(count * sizeof *times), start = now_ms(), stamp;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  if (fifo < 0) die(argv[1]);
  for (int index = 0; index < count; index++) {
    usleep(atoi(argv[3]) * 1000);
    double began = now_ms();
    failed += run(argv + 4, &actions);
    alarm(20);
    if (read(fifo, &stamp, sizeof stamp) != sizeof stamp) die(argv[1]);
    alarm(0);
    times[index] = stamp - began;
  }
  report((now_ms() - start) / 1e3, times, count, failed);
}
