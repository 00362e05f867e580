/* usage: stamp FIFO
 * Writes when it began, by the monotonic clock: the first instruction of a task. */
#include "crowd.h"
#include <fcntl.h>

int main(int argc, char **argv) {
  double began = now_ms();
  int fifo = open(argv[argc - 1], O_WRONLY);
  return write(fifo, &began, sizeof began) != sizeof began;
}
