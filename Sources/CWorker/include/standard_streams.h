#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/// Makes C's `stdin`, and so Swift's `readLine`, and descriptor 0 read from a function. It fills the buffer and returns
/// the number of bytes, 0 at the end of input. `getpass` asks through another one, which returns a string to be freed,
/// or NULL.
void cw_redirect_stdin(
    ssize_t (*reader)(void *context, char *buffer, size_t size),
    char *(*ask_for_password)(void *context, const char *prompt), void *context);

/// Passes text printed through C's `stdout` and `stderr`, and so by Swift's `print`, to a function instead of
/// descriptors 1 and 2. `take` receives the bytes and the descriptor for which they are meant; if it returns true, the
/// printing thread calls `wait`, without the stream's lock, before it goes on.
void cw_redirect_output(bool (*take)(int descriptor, const char *bytes, size_t size), void (*wait)(void));

/// Makes C's `stdout` write each line when it is complete, to a pipe or file as well.
void cw_print_lines_at_once(void);

/// Flushes C's streams, for cells that have made them buffered with `setvbuf`.
void cw_flush_output(void);

/// Releases the locks of C's streams that the calling thread holds, since it will never return to the functions that
/// took them.
void cw_release_streams(void);

/// Has the process wait for a moment when it ends by `exit`, until its output is sent.
void cw_send_at_exit(void);

/// Prints a line on standard error.
void cw_print_error(const char *line);
