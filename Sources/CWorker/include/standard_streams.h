#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/// Makes every reader of C's `stdin`, and so Swift's `readLine`, call a function instead. It fills the buffer and returns how many
/// bytes it wrote, 0 at the end of input.
void cw_redirect_stdin(ssize_t (*reader)(void *context, char *buffer, size_t size), void *context);

/// Gives what is printed through C's `stdout` and `stderr`, and so by Swift's `print`, to functions instead of descriptors 1 and 2.
/// `take` gets all bytes at once, with the descriptor they are meant for; when it answers true, the printing thread calls `wait`,
/// without the stream's lock, before it goes on.
void cw_redirect_output(bool (*take)(int descriptor, const char *bytes, size_t size), void (*wait)(void));

/// Sends on what a cell has made C's streams hold back with `setvbuf`.
void cw_flush_output(void);

/// Lets go of the locks of C's streams that the calling thread holds: it will never return to those who took them.
void cw_release_streams(void);

/// Calls a function before the process ends by `exit` or `abort`, or starts a program. It may be called inside of a signal handler.
void cw_before_end(void (*last)(void));

/// Prints a line on standard error.
void cw_print_error(const char *line);
