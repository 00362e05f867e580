/* usage: append FILE COUNT
 * Appends 4 KiB and waits for the disk, COUNT times: what a durable write costs here. */
#include "crowd.h"
#include <fcntl.h>

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  static char block[4096];
  int count = atoi(argv[2]), file = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  double *times = malloc(count * sizeof *times), start = now_ms();
  if (file < 0) die(argv[1]);
  for (int index = 0; index < count; index++) {
    double began = now_ms();
    if (write(file, block, sizeof block) != sizeof block || fdatasync(file) != 0) die(argv[1]);
    times[index] = now_ms() - began;
  }
  report((now_ms() - start) / 1e3, times, count, 0);
}
