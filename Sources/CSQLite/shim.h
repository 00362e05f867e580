#ifndef KOUBOU_CSQLITE_H
#define KOUBOU_CSQLITE_H
#include <sqlite3.h>

/* All are variadic in SQLite, so out of Swift's reach. */
static inline int koubou_sqlite3_keep_wal_on_close(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

/* So that SQLite does not take a lock for each piece of memory, only to count it; and that a connection takes memory for
   a page when it reads one, not for a hundred as it opens. */
static inline void koubou_sqlite3_configure(void) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, (void *)0, 0, 0);
}
#endif
