/* What Swift's Glibc module leaves out: headers it does not import, GNU functions it hides, macros it can't read. */
#ifndef KOUBOU_CLINUX_H
#define KOUBOU_CLINUX_H
#include <elf.h>
#include <linux/openat2.h>
#include <signal.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* Declared here because _GNU_SOURCE would clash with the Glibc module's own types. */
extern pid_t gettid(void);
extern int pipe2(int fds[2], int flags);
extern int malloc_trim(size_t pad);
extern int mallopt(int parameter, int value);
extern void *memmem(const void *hay, size_t size, const void *needle, size_t length);
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
extern long syscall(long number, ...);
extern int memfd_create(const char *name, unsigned int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

static inline int koubou_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
static inline int koubou_name_process(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
static inline int koubou_signal_on_parent_death(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

/* The user at the other end of a unix socket, or -1; struct ucred is a GNU type. */
static inline long koubou_peer_uid(int fd) {
  struct { int pid; unsigned uid, gid; } peer;
  socklen_t length = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, 17 /* SO_PEERCRED */, &peer, &length) == 0 ? (long)peer.uid : -1;
}

/* Opens what lies below the folder: no link and no '..' leads out of it. glibc has no name for the call. */
static inline int koubou_open_beneath(int folder, const char *path, int flags) {
  struct open_how how = {.flags = (unsigned long long)flags, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

/* A timer that sends `signal` to this thread and to no other; the union in struct sigevent is out of Swift's reach. */
static inline int koubou_make_thread_timer(timer_t *timer, int signal) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signal};
  event._sigev_un._tid = gettid();
  return timer_create(CLOCK_MONOTONIC, &event, timer);
}

/* The soft limit on what process `pid` writes to and shares with nobody, as far as the hard one allows; 0, or -1. */
static inline int koubou_limit_data(pid_t pid, rlim_t bytes) {
  extern int prlimit(pid_t pid, enum __rlimit_resource kind, const struct rlimit *to, struct rlimit *from);
  struct rlimit limit;
  if (prlimit(pid, RLIMIT_DATA, 0, &limit) != 0) return -1;
  limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
  return prlimit(pid, RLIMIT_DATA, &limit, 0);
}

/* The arguments as the kernel gave them; only a static program finds them by these names. */
static inline char **koubou_arguments(int *count) {
  extern int __libc_argc;
  extern char **__libc_argv;
  *count = __libc_argc;
  return __libc_argv;
}

static inline int koubou_exited(int status) { return WIFEXITED(status); }
static inline int koubou_exit_status(int status) { return WEXITSTATUS(status); }
static inline int koubou_term_signal(int status) { return WTERMSIG(status); }

enum { koubou_trim_threshold = -1 };
enum { koubou_memfd_cloexec = 1U, koubou_spawn_setsid = 0x80 };
#endif
