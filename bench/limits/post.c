/* usage: post http|beanstalkd PORT CONNECTIONS SECONDS
 * Clients that hand in a task each, wait for the answer and go on with the next one: all in one thread, so that the client is
 * not the limit. A connection is kept where the server keeps it. The first tenth of the time is not counted. */
#define _GNU_SOURCE
#include "crowd.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define BODY "{\"type\":\"general\",\"prompt\":\"Count the words of this sentence.\",\"priority\":5}"
#define TIMES_MAX 2000000

struct client {
  int socket;
  double sent;
  size_t got;
  char answer[2048];
};

static char request[512];
static int is_http;

static void dial(struct client *client, int port, int loop) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  int on = 1;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  client->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (client->socket < 0 || connect(client->socket, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (epoll_ctl(loop, EPOLL_CTL_ADD, client->socket, &event) != 0) die("epoll_ctl");
}

static void ask(struct client *client) {
  size_t size = strlen(request);
  client->got = 0;
  client->sent = now_ms();
  if (send(client->socket, request, size, MSG_NOSIGNAL) != (ssize_t)size) die("send");
}

/* 1: the answer is whole and good, 0: more of it must come, -1: it is another one. */
static int look(struct client *client) {
  client->answer[client->got] = 0;
  if (!is_http) {
    if (!strchr(client->answer, '\n')) return 0;
    return strncmp(client->answer, "INSERTED ", 9) == 0 ? 1 : -1;
  }
  char *end = strstr(client->answer, "\r\n\r\n"), *length = strcasestr(client->answer, "\r\ncontent-length:");
  if (!end) return 0;
  if (strncmp(client->answer, "HTTP/1.1 200 ", 13) != 0 || !length || length > end) return -1;
  return client->got >= (size_t)(end + 4 - client->answer) + atoi(length + 17);
}

int main(int argc, char **argv) {
  if (argc < 5) return 64;
  int port = atoi(argv[2]), count = atoi(argv[3]), failed = 0, answered = 0, loop = epoll_create1(0);
  double length = atof(argv[4]) * 1e3, *times = malloc(TIMES_MAX * sizeof *times);
  struct client *clients = calloc(count, sizeof *clients);
  struct epoll_event events[256];
  is_http = strcmp(argv[1], "http") == 0;
  if (is_http)
    snprintf(request, sizeof request,
             "POST /task/delegate HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
             port, strlen(BODY), BODY);
  else
    snprintf(request, sizeof request, "put 0 0 600 %zu\r\n%s\r\n", strlen(BODY), BODY);
  for (int index = 0; index < count; index++) dial(&clients[index], port, loop);
  double begin = now_ms(), counted = begin + length * 0.1, end = begin + length;
  for (int index = 0; index < count; index++) ask(&clients[index]);
  while (now_ms() < end) {
    int ready = epoll_wait(loop, events, 256, 1000);
    for (int index = 0; index < ready; index++) {
      struct client *client = events[index].data.ptr;
      ssize_t size = recv(client->socket, client->answer + client->got, sizeof client->answer - 1 - client->got, 0);
      if (size <= 0) die("the connection was closed");
      client->got += size;
      int state = look(client);
      if (state == 0) continue;
      if (state < 0 && failed++ == 0) fprintf(stderr, "%s\n", client->answer);
      double now = now_ms();
      if (client->sent >= counted && answered < TIMES_MAX) times[answered++] = now - client->sent;
      if (is_http && strcasestr(client->answer, "\r\nconnection: close\r\n")) {
        close(client->socket);
        dial(client, port, loop);
      }
      ask(client);
    }
  }
  if (answered == 0) return 1;
  report((end - counted) / 1e3, times, answered, failed);
}
