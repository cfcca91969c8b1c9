// File descriptors and processes: calls that Swift cannot import.
#pragma once
#include <spawn.h>
#include <sys/types.h>

/// Creates a pipe whose ends are closed in programs that this process starts.
int cw_pipe(int ends[2]);

/// Creates a pair of connected stream sockets, which are closed in programs that this process starts.
int cw_socket_pair(int ends[2]);

/// Closes every descriptor from `first` on in a program that is about to be started.
int cw_close_from(posix_spawn_file_actions_t *actions, int first);

/// Sends bytes through a socket, with copies of descriptors. Returns the number of bytes sent, or -1.
ssize_t cw_send(int socket, const void *bytes, size_t size, const int *descriptors, int count);

/// Receives bytes from a socket, with the descriptors that accompany them; these are closed in programs that this
/// process starts. Returns the number of bytes, 0 at the end, or -1, and stores the number of descriptors in `*count`.
ssize_t cw_receive(int socket, void *bytes, size_t size, int *descriptors, int capacity, int *count);

/// Returns a descriptor that is readable from when 8 bytes are written to it until they are read; neither call blocks.
int cw_wakeup_descriptor(void);

/// Returns a descriptor that becomes readable when a process ends, or -1.
int cw_process_descriptor(pid_t process);

/// Makes this process the parent of its descendants whose own parents have ended.
void cw_adopt_orphans(void);
