// Threads whose failures do not end the process.
//
// Each cell runs on a separate thread. When the cell traps, overflows its stack or is stopped, a signal handler on an
// alternate stack reports the event through a pipe and parks the thread for good; the rest of the process goes on.
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CW_MAX_FRAMES 128

/// The serial numbers of threads that do not belong to a cell: those that run tasks, and the main actor's.
enum { CW_TASK_THREAD = -1, CW_MAIN_THREAD = -2 };

/// What happened to a thread.
typedef enum {
    /// It trapped: a failed precondition, an illegal memory access. `signal` says which.
    CW_TRAPPED,
    /// It was parked because it was asked to stop.
    CW_STOPPED,
    /// It overflowed its stack.
    CW_STACK_OVERFLOW,
    /// It called `exit` or `abort`, or has failed where the process cannot go on, and is about to end the process.
    CW_ENDING,
    /// It called `pthread_exit`.
    CW_THREAD_ENDED,
} cw_event_kind;

/// An event, written atomically to the report pipe.
typedef struct {
    cw_event_kind kind;
    int32_t signal;
    /// The thread's serial number; 0 for a thread that was not started by `cw_start_thread`.
    int64_t serial;
    /// The cell for which the thread worked; 0 for none.
    int64_t owner;
    /// The failure's number, under which the kernel knows it.
    int32_t number;
    /// The address of a memory fault.
    uintptr_t fault_address;
    int32_t frame_count;
    /// The address of the event, followed by the return addresses, innermost first.
    uintptr_t frames[CW_MAX_FRAMES];
} cw_event;

/// Installs the signal handlers. Events are written to `report_pipe`.
void cw_install_handlers(int report_pipe);

/// Removes the handlers: traps end the process, as in any program.
void cw_remove_handlers(void);

/// Acknowledges an event. A thread that is about to end the process waits for this.
void cw_acknowledge_event(void);

/// Starts a thread. Returns 0 or an error number.
int cw_start_thread(pthread_t *thread, int64_t serial, size_t stack_size, void (*body)(void *), void *context);

/// Makes the calling thread one whose failures do not end the process, as if `cw_start_thread` had started it.
void cw_adopt_thread(int64_t serial);

/// Asks a cell's thread to stop. It stops only within a safe range or, if `anywhere_blocked`, also in a blocking system
/// call. Repeat the call until an event arrives.
void cw_request_stop(pthread_t thread, bool anywhere_blocked);

/// Asks any thread to stop, in the same way, unless it no longer works for this owner.
void cw_request_stop_of_owner(pid_t thread, int64_t owner, bool anywhere_blocked);

/// Lets requests to stop reach the calling thread: libdispatch's threads block almost all signals.
void cw_allow_stop(void);

/// Parks the calling thread for good.
void cw_park(void) __attribute__((noreturn));

/// The calling thread's serial number, or 0.
int64_t cw_current_serial(void);

/// Collects return addresses by following the frame pointers, starting with the caller. Returns their number.
int32_t cw_backtrace(uintptr_t *frames, int32_t capacity);
