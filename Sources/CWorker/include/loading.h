// Loading compiled cells, and remembering where errors were thrown.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Loads a shared object for good, its symbols visible to those after it, and declares its code a safe range. Returns NULL on
/// failure; `dlerror` says why.
void *cw_load(const char *path);

/// Which object an address lies in, and where that object begins. Returns false for an address in none.
bool cw_locate(uintptr_t address, const char **object, uintptr_t *base);

/// Calls a function with each error that a cell throws at its top level and nobody catches.
void cw_watch_uncaught_errors(void (*handler)(const void *error));

/// Remembers, from now on, where each thread last threw an error.
void cw_watch_throws(void);

/// Where the calling thread threw an error: return addresses from the innermost on. Returns 0 if it did not throw that one last.
int32_t cw_throw_backtrace(const void *error, uintptr_t *frames, int32_t capacity);
