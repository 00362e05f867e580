/* usage: insert DATABASE row|task
 * One durable commit of a process of its own: of a single row, or of the rows of a task. */
#include "queue.h"

int main(int argc, char **argv) {
  struct queue queue;
  if (argc < 3) return 64;
  open_queue(&queue, argv[1]);
  if (strcmp(argv[2], "task") == 0) {
    submit(&queue, "[\"/bin/true\"]");
  } else {
    sqlite3_stmt *row = statement(&queue, 0, "INSERT INTO bench_row (text) VALUES (?1)");
    begin(&queue);
    text(row, 1, now_text());
    step(&queue, row);
    commit(&queue);
  }
  synced(&queue);
  puts("1");
  sqlite3_finalize(queue.prepared[0]);
  sqlite3_finalize(queue.prepared[1]);
  sqlite3_close(queue.db);
}
