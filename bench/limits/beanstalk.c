/* usage: beanstalk put PORT COUNT COMMAND... | work PORT COUNT
 * A client of beanstalkd: puts jobs whose body is a command, or runs as many and deletes each when it has ended.
 * COUNT 0: for ever. */
#include "crowd.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static FILE *server;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
#include <stdarg.h>
static void say(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(server, format, values);
  va_end(values);
  fflush(server);
}

static void answer(char *line, size_t size, const char *expected) {
  if (!fgets(line, size, server) || strncmp(line, expected, strlen(expected)) != 0) {
    fprintf(stderr, "beanstalkd: expected %s, got %s\n", expected, line);
    exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return 64;
  char line[4096], body[4096];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int connection = socket(AF_INET, SOCK_STREAM, 0), on = 1, count = atoi(argv[3]);
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  server = fdopen(connection, "r+");
  if (strcmp(argv[1], "put") == 0) {
    body[0] = 0;
    for (int word = 4; word < argc; word++) {
      if (word > 4) strcat(body, " ");
      strcat(body, argv[word]);
    }
    for (int index = 0; index < count; index++) {
      say("put 0 0 600 %zu\r\n%s\r\n", strlen(body), body);
      answer(line, sizeof line, "INSERTED");
    }
    return 0;
  }
  for (int index = 0; count == 0 || index < count; index++) {
    unsigned long id;
    size_t size;
    say("reserve-with-timeout %d\r\n", count ? 1 : 600);
    if (!fgets(line, sizeof line, server) || sscanf(line, "RESERVED %lu %zu", &id, &size) != 2) return 0;
    if (fread(body, 1, size + 2, server) != size + 2) return 1;
    body[size] = 0;
    char *words[16], *rest = body;
    int number = 0;
    while (number < 15 && (words[number] = strsep(&rest, " "))) number++;
    words[number] = NULL;
    run(words, NULL);
    say("delete %lu\r\n", id);
    answer(line, sizeof line, "DELETED");
  }
}
