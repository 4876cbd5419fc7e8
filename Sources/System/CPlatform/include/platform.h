// The few system calls that Swift cannot make by itself. Each says why C is needed.
#pragma once

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
