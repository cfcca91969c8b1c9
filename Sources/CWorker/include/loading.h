// Loading compiled cells, and recording where errors are thrown.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Loads a shared object for good, with its symbols visible to later ones, and declares its code a safe range. Returns
/// NULL on failure; `dlerror` tells why.
void *cw_load(const char *path);

/// Declares the code of the object in which an address lies a safe range, as `cw_load` does.
void cw_add_code(uintptr_t address);

/// Takes and releases the loader's locks.
void cw_probe_loader(void);

/// Finds the object in which an address lies, and that object's base address. Returns false if there is none.
bool cw_locate(uintptr_t address, const char **object, uintptr_t *base);

/// Sets the function that is called with each uncaught error at a cell's top level.
void cw_watch_uncaught_errors(void (*handler)(const void *error));

/// Sets the function that is called with the error of each `try!` that fails, and the address of the `try!`. It should
/// not return.
void cw_watch_failed_tries(void (*handler)(const void *error, const char *file, intptr_t length, intptr_t line));

/// Starts to record where each thread last threw an error.
void cw_watch_throws(void);

/// Collects the return addresses, innermost first, at which the calling thread threw an error. Returns their number, or
/// 0 if the thread's last error was another one.
int32_t cw_throw_backtrace(const void *error, uintptr_t *frames, int32_t capacity);
