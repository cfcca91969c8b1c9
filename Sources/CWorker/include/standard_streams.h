#pragma once
#include <stddef.h>
#include <sys/types.h>

/// Makes every reader of C's `stdin`, and so Swift's `readLine`, call a function instead. It fills the buffer and returns how many
/// bytes it wrote, 0 at the end of input.
void cw_redirect_stdin(ssize_t (*reader)(void *context, char *buffer, size_t size), void *context);

/// Lets each line that is printed leave at its end, also when standard output is a pipe.
void cw_buffer_stdout_by_line(void);

/// Sends on what was printed.
void cw_flush_stdout(void);

/// Sends on what was printed, unless a thread is printing just now.
void cw_try_flush_stdout(void);

/// Prints a line on standard error.
void cw_print_error(const char *line);
