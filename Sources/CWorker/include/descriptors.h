// File descriptors and processes: calls that Swift does not see.
#pragma once
#include <spawn.h>
#include <sys/types.h>

/// Makes a pipe whose ends are closed in programs that this process starts.
int cw_pipe(int ends[2]);

/// Makes a pair of connected stream sockets, closed in programs that this process starts.
int cw_socket_pair(int ends[2]);

/// Closes, in a program that is about to be started, every descriptor from a number on.
int cw_close_from(posix_spawn_file_actions_t *actions, int first);

/// Sends bytes through a socket, and copies of descriptors with the first of them. Returns how many bytes were sent, or -1.
ssize_t cw_send(int socket, const void *bytes, size_t size, const int *descriptors, int count);

/// Receives bytes from a socket, and the descriptors that come with them, which programs that this process starts do not get. Returns
/// how many bytes came, 0 at the end, or -1; `*count` becomes how many descriptors did.
ssize_t cw_receive(int socket, void *bytes, size_t size, int *descriptors, int capacity, int *count);

/// A descriptor that becomes readable when eight bytes are written to it, until they are read; neither waits.
int cw_wakeup_descriptor(void);

/// A descriptor that becomes readable when a process has ended, or -1.
int cw_process_descriptor(pid_t process);

/// Makes the children of this process's children its own when their parents end.
void cw_adopt_orphans(void);
