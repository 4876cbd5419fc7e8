#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#else
extern char **environ;
#endif

int vj_terminal_size(int fd, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

// Moves a descriptor out of the range of the standard streams, which may have been closed in this process.
static int above_standard(int fd) {
    if (fd == -1 || fd > 2) return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    int code = errno;
    close(fd);
    errno = code;
    return moved;
}

int vj_pipe_cloexec(int ends[2]) {
    int made[2];
#ifdef __linux__
    if (pipe2(made, O_CLOEXEC) != 0) return -1;
#else
    if (pipe(made) != 0) return -1;
    fcntl(made[0], F_SETFD, FD_CLOEXEC);
    fcntl(made[1], F_SETFD, FD_CLOEXEC);
#endif
    ends[0] = above_standard(made[0]);
    ends[1] = above_standard(made[1]);
    if (ends[0] != -1 && ends[1] != -1) return 0;
    int code = errno;
    if (ends[0] != -1) close(ends[0]);
    if (ends[1] != -1) close(ends[1]);
    errno = code;
    return -1;
}

int vj_pidfd_open(pid_t pid) {
#ifdef __linux__
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

int vj_pidfd_signal(int pidfd, int signal) {
#ifdef __linux__
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
#else
    (void)pidfd;
    (void)signal;
    errno = ENOSYS;
    return -1;
#endif
}

int vj_anonymous_file(void) {
#ifdef __linux__
    return above_standard(memfd_create("input", MFD_CLOEXEC));
#else
    char name[] = "/tmp/vencejo-input-XXXXXX";
    int fd = mkstemp(name);
    if (fd == -1) return -1;
    unlink(name);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return above_standard(fd);
#endif
}

char *const *vj_environment(void) {
    return environ;
}

static int prepare(
    posix_spawn_file_actions_t *actions, const char *directory, int input, int output, int error, int report) {
    int code = 0;
    if (input == -1) {
        code = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    } else {
        code = posix_spawn_file_actions_adddup2(actions, input, 0);
    }
    if (code == 0) code = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (code == 0) code = posix_spawn_file_actions_adddup2(actions, error, 2);
    // Last, for it may take the number of another one; a descriptor that is 3 already becomes inherited by this.
    if (code == 0 && report != -1) code = posix_spawn_file_actions_adddup2(actions, report, 3);
#ifdef __linux__
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(actions, report == -1 ? 3 : 4);
#endif
    if (code == 0 && directory != NULL) code = posix_spawn_file_actions_addchdir_np(actions, directory);
    return code;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
#ifndef __linux__
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    sigset_t all, none;
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    sigemptyset(&none);
    int code = posix_spawnattr_setflags(attributes, flags);
    if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &all);
    if (code == 0) code = posix_spawnattr_setsigmask(attributes, &none);
    return code;
}

int vj_spawn_closefrom(
    pid_t *pid, const char *path, char *const arguments[], char *const environment[], const char *directory,
    int input, int output, int error, int report) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return code;
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        code = prepare(&actions, directory, input, output, error, report);
        if (code == 0) code = set_attributes(&attributes);
        if (code == 0) code = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

#ifdef __linux__

int vj_poller_open(void) {
    return above_standard(epoll_create1(EPOLL_CLOEXEC));
}

static struct epoll_event watched(uint64_t token, int interest) {
    struct epoll_event event;
    event.events = 0;
    if (interest & VJ_READABLE) event.events |= EPOLLIN;
    if (interest & VJ_WRITABLE) event.events |= EPOLLOUT;
    if (interest & VJ_HUNG_UP) event.events |= EPOLLRDHUP;
    event.data.u64 = token;
    return event;
}

int vj_poller_add(int poller, int fd, uint64_t token, int interest) {
    struct epoll_event event = watched(token, interest);
    return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

int vj_poller_change(int poller, int fd, uint64_t token, int interest) {
    struct epoll_event event = watched(token, interest);
    return epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
}

int vj_poller_remove(int poller, int fd) {
    return epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
}

int vj_poller_wait(int poller, struct vj_ready *ready, int capacity, int milliseconds) {
    struct epoll_event events[256];
    int count = epoll_wait(poller, events, capacity < 256 ? capacity : 256, milliseconds);
    for (int place = 0; place < count; place++) {
        uint32_t found = events[place].events;
        int state = 0;
        if (found & EPOLLIN) state |= VJ_READABLE;
        if (found & EPOLLOUT) state |= VJ_WRITABLE;
        if (found & EPOLLRDHUP) state |= VJ_HUNG_UP;
        if (found & (EPOLLERR | EPOLLHUP)) state |= VJ_BROKEN;
        ready[place].token = events[place].data.u64;
        ready[place].state = state;
    }
    return count;
}

int vj_waker_open(void) {
    return above_standard(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

void vj_waker_wake(int waker) {
    uint64_t one = 1;
    ssize_t written;
    do {
        written = write(waker, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
}

void vj_waker_clear(int waker) {
    uint64_t count;
    ssize_t got;
    do {
        got = read(waker, &count, sizeof count);
    } while (got < 0 && errno == EINTR);
}

int vj_accept(int listener) {
    return above_standard(accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

ssize_t vj_send(int fd, const void *bytes, size_t count, int more) {
    return send(fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0));
}

#else

static int missing(void) {
    errno = ENOSYS;
    return -1;
}

int vj_poller_open(void) { return missing(); }
int vj_poller_add(int poller, int fd, uint64_t token, int interest) { return missing(); }
int vj_poller_change(int poller, int fd, uint64_t token, int interest) { return missing(); }
int vj_poller_remove(int poller, int fd) { return missing(); }
int vj_poller_wait(int poller, struct vj_ready *ready, int capacity, int milliseconds) { return missing(); }
int vj_waker_open(void) { return missing(); }
void vj_waker_wake(int waker) {}
void vj_waker_clear(int waker) {}
int vj_accept(int listener) { return missing(); }
ssize_t vj_send(int fd, const void *bytes, size_t count, int more) { return missing(); }

#endif
