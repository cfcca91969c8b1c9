// The cell to which a piece of work belongs.
//
// A cell's serial number is passed on to everything that the cell starts: threads, libdispatch's blocks, Swift's tasks.
// So the output of a thread appears under its cell, even when the cell has long ended.
#pragma once
#include <stdint.h>

/// The serial number of the cell for which the calling thread, or the Swift task that it runs, works; 0 for none.
int64_t cw_owner(void);

/// The cell for which the calling thread works, whatever the task that it runs; 0 for none. May be called in a signal
/// handler.
int64_t cw_thread_owner(void);

/// Sets the cell for which the calling thread works, and returns the previous one. A thread of a pool calls this before
/// and after each piece of work.
int64_t cw_set_owner(int64_t serial);

/// Assigns a task to the calling thread's cell, unless it belongs to one already. Must be called before a job of
/// Swift's concurrency is enqueued.
void cw_note_job(void *job);

/// The cell to which a job belongs, or 0.
int64_t cw_job_owner(const void *job);

/// Calls `cw_note_job` for every job of Swift's own executors. An executor that replaces them must call it itself.
void cw_note_jobs(void);
