#define _GNU_SOURCE
#include "descriptors.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

int cw_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int cw_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }

int cw_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
