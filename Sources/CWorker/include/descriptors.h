#pragma once
#include <spawn.h>

/// Makes a pipe whose ends are closed in programs that this process starts.
int cw_pipe(int ends[2]);

/// Makes a pair of connected stream sockets, closed in programs that this process starts.
int cw_socket_pair(int ends[2]);

/// Closes, in a program that is about to be started, every descriptor from a number on.
int cw_close_from(posix_spawn_file_actions_t *actions, int first);
