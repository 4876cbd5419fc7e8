// The few system calls that Swift cannot make by itself. Each says why C is needed.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The size of the terminal behind `fd` in characters: 0, or -1 with `errno`.
/// C, because `ioctl` is variadic, which Swift does not import.
int vj_terminal_size(int fd, int *columns, int *rows);

/// A pipe whose ends are not inherited and are above 2, so that they never collide with the standard streams
/// of a child: 0, or -1 with `errno`. `ends[0]` is read.
/// C, because `pipe2` is behind `_GNU_SOURCE`; `pipe` and `fcntl` in two steps leak into children started between.
int vj_pipe_cloexec(int ends[2]);

/// A descriptor that becomes readable when process `pid` ends, or -1 with `errno` (`ENOSYS` but on Linux).
/// C, because `syscall` is variadic.
int vj_pidfd_open(pid_t pid);

/// Sends a signal to the process of such a descriptor: 0, or -1 with `errno`.
/// C, because `syscall` is variadic.
int vj_pidfd_signal(int pidfd, int signal);

/// An empty file without a name, readable and writable, not inherited, above 2; or -1 with `errno`.
/// C, because `memfd_create` is behind `_GNU_SOURCE`.
int vj_anonymous_file(void);

/// The environment of this process, ended by NULL.
/// C, because Swift 6 refuses the mutable global `environ`.
char *const *vj_environment(void);

/// Starts `path` as the leader of a new session and process group, with all signals at their defaults and unblocked,
/// and no descriptor but 0, 1, 2 and, where `report` is not -1, that one as 3: 0, or the `errno` of what failed.
/// `directory` may be NULL; `input` -1 is /dev/null. A relative `path` is seen from `directory`.
/// C, because `posix_spawn_file_actions_addclosefrom_np` and `_addchdir_np` are behind `_GNU_SOURCE`, and the
/// opaque attribute types differ between Linux (structs) and macOS (pointers).
int vj_spawn_closefrom(
    pid_t *pid, const char *path, char *const arguments[], char *const environment[], const char *directory,
    int input, int output, int error, int report);

// Waiting for many descriptors at once: the seam of event loops. Level-triggered; epoll on Linux, `ENOSYS` elsewhere
// until somebody writes these seven functions on kqueue. C, because Swift's platform module does not show epoll,
// eventfd and `accept4`, and because `struct epoll_event` is packed on some machines only.

/// What a descriptor is watched for, and what it was found to be.
enum {
    VJ_READABLE = 1,
    VJ_WRITABLE = 2,
    /// The peer has finished writing, or is gone.
    VJ_HUNG_UP = 4,
    /// The connection is broken, or closed on both sides; reported without being asked for.
    VJ_BROKEN = 8,
};

/// One descriptor that is ready, by the number it was added with.
struct vj_ready {
    uint64_t token;
    int state;
};

/// A new poller, not inherited; or -1 with `errno`.
int vj_poller_open(void);

/// Watches `fd` from now on: 0, or -1 with `errno`.
int vj_poller_add(int poller, int fd, uint64_t token, int interest);

/// Changes what `fd` is watched for: 0, or -1 with `errno`.
int vj_poller_change(int poller, int fd, uint64_t token, int interest);

/// Watches `fd` no longer: 0, or -1 with `errno`.
int vj_poller_remove(int poller, int fd);

/// Waits until something is ready or the time has passed (-1: for ever): how many, 0, or -1 with `errno`.
int vj_poller_wait(int poller, struct vj_ready *ready, int capacity, int milliseconds);

/// A descriptor that another thread makes readable; or -1 with `errno`.
int vj_waker_open(void);

/// Makes it readable; may be called from any thread.
void vj_waker_wake(int waker);

/// Makes it unreadable again.
void vj_waker_clear(int waker);

/// The next connection of a listening socket, not inherited, never blocking; or -1 with `errno`.
int vj_accept(int listener);

/// Writes to a socket without blocking and without a signal when the peer is gone: the count, or -1 with `errno`.
/// `more` other than 0 says that more follows at once, so that the system may wait and send both together.
ssize_t vj_send(int fd, const void *bytes, size_t count, int more);
