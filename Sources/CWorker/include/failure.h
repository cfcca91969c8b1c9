// What a thread does that has failed, or is about to end the process.
//
// A failure in a cell's own code leaves the rest of the process as it is: the thread is parked, and everything goes on.
// Code outside the cell may hold locks that other threads need, and damaged memory shows first in the allocator, the
// loader or the runtime: such a failure ends the process, and its snapshot takes over.
//
// All functions here may be called in a signal handler: they allocate nothing and take no locks.
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/// What a worker tells the kernel through a pipe of their own, which needs nothing but a system call.
typedef enum {
    /// A thread has failed, or ends the process. The worker either handles that soon, or ends.
    CW_FAILURE_BEGAN,
    /// The worker has handled a failure, and goes on.
    CW_FAILURE_HANDLED,
    /// A cell has closed descriptors that the worker cannot work without, and the worker ends.
    CW_DESCRIPTORS_CLOSED,
} cw_alarm_kind;

typedef struct {
    int32_t kind;
    /// The failure's number within the process; 0 for none.
    int32_t number;
} cw_alarm;

/// Sets the descriptor of the pipe; -1 for none.
void cw_set_alarm_pipe(int descriptor);
int cw_alarm_pipe(void);

/// Tells the kernel that a failure has begun. Returns its number.
int32_t cw_failure_began(void);

/// Tells the kernel that a failure was handled.
void cw_failure_handled(int32_t number);

/// Finds the code of the allocator, the loader and the Swift runtime. Called before the first failure.
void cw_find_code(void);

/// Declares a range of code, that of a loaded cell, in which a thread holds no locks of the runtime.
void cw_add_safe_range(uintptr_t start, uintptr_t end);

/// Whether an address is in a cell's code.
bool cw_is_safe(uintptr_t address);

/// Whether an address is in the Swift runtime or its libraries.
bool cw_is_in_runtime(uintptr_t address);

/// Marks what the calling thread does as something that does not survive a failure, such as loading a cell. Calls nest.
void cw_begin_critical(void);
void cw_end_critical(void);

/// Whether a thread may hold a lock of the allocator or the loader, in what its cell called. The frames are the
/// thread's address and the return addresses, innermost first; `context` may be null.
bool cw_may_hold_locks(const ucontext_t *context, const uintptr_t *frames, int32_t count);

/// Marks the process as one that is about to end: no failure is survived any more.
void cw_begin_end(void);

/// Whether a failure at the first of these frames ends the process. `information` and `context` are the signal
/// handler's, or null for a call of `abort`.
bool cw_is_fatal(
    const siginfo_t *information, const ucontext_t *context, bool is_overflow, const uintptr_t *frames, int32_t count);

/// Ends the process by a signal, once its output is sent.
void cw_end_by(int signal) __attribute__((noreturn));

/// Adds to the number of bytes of output that are not sent yet, and returns it.
int64_t cw_add_unsent(int64_t bytes);

/// Waits until all output is sent, or a time has passed: the thread that sends may be unable to.
void cw_wait_until_sent(int milliseconds);
