#define _GNU_SOURCE
#include "standard_streams.h"
#include <stdio.h>

void cw_redirect_stdin(ssize_t (*reader)(void *, char *, size_t), void *context) {
    cookie_io_functions_t functions = {.read = reader};
    FILE *stream = fopencookie(context, "r", functions);
    if (stream) stdin = stream;
}

void cw_buffer_stdout_by_line(void) { setvbuf(stdout, NULL, _IOLBF, 1 << 16); }

void cw_flush_stdout(void) { fflush(stdout); }

void cw_try_flush_stdout(void) {
    if (ftrylockfile(stdout) == 0) {
        fflush_unlocked(stdout);
        funlockfile(stdout);
    }
}

void cw_print_error(const char *line) { fprintf(stderr, "%s\n", line); }
