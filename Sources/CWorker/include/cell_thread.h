// Threads that a failure ends without ending the process.
//
// A cell runs on a thread of its own. When it traps, overflows its stack or must be stopped, a signal handler on an alternate stack
// reports what happened through a pipe and parks the thread for good: everything else in the process lives on.
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define CW_MAX_FRAMES 128

/// Serial numbers of threads that are not a cell's: those that run tasks, and the one that took the main thread's place.
enum { CW_TASK_THREAD = -1, CW_MAIN_THREAD = -2 };

/// What happened to a thread.
typedef enum {
    /// It trapped: a failed precondition, an illegal access. `signal` says which.
    CW_TRAPPED,
    /// It was parked because it was asked to stop.
    CW_STOPPED,
    /// It used up its stack.
    CW_STACK_OVERFLOW,
    /// It called `exit` or `abort`, and is about to end the process.
    CW_ENDING,
} cw_event_kind;

/// A report, written to the report pipe in one piece.
typedef struct {
    cw_event_kind kind;
    int32_t signal;
    /// The number that the thread was started with; 0 for a thread that was started otherwise.
    int64_t serial;
    /// The cell that the thread worked for, its own or the one that started it; 0 for none.
    int64_t owner;
    /// The address that could not be read or written, of a memory fault.
    uintptr_t fault_address;
    int32_t frame_count;
    /// Where it happened, and the return addresses of its callers, from the innermost on.
    uintptr_t frames[CW_MAX_FRAMES];
} cw_event;

/// Installs the handlers. Reports are written to `report_pipe`.
void cw_install_handlers(int report_pipe);

/// Lets traps end the process, as in any program.
void cw_remove_handlers(void);

/// Says that an event was passed on. A thread that is about to end the process waits for this.
void cw_acknowledge_event(void);

/// Starts a thread. Returns 0, or an error number.
int cw_start_thread(pthread_t *thread, int64_t serial, size_t stack_size, void (*body)(void *), void *context);

/// Makes the calling thread one that failures end, as if it had been started with this number.
void cw_adopt_thread(int64_t serial);

/// Declares a range of addresses in which a thread holds no locks of the run time: the code of a loaded cell.
void cw_add_safe_range(uintptr_t start, uintptr_t end);

/// Asks a cell's thread to stop where it stands. It stops only in a safe range, or, if `anywhere_blocked`, also inside a
/// system call that waits. Ask again until it reports.
void cw_request_stop(pthread_t thread, bool anywhere_blocked);

/// Parks the calling thread for good.
void cw_park(void) __attribute__((noreturn));

/// The number that the calling thread was started with, or 0.
int64_t cw_current_serial(void);

/// Collects return addresses by following frame pointers from the caller on.
int32_t cw_backtrace(uintptr_t *frames, int32_t capacity);
