// Which cell a piece of work belongs to.
//
// A cell has a serial number, and so has every thread that works for it. The number is handed on to whatever the cell starts: threads,
// blocks given to libdispatch, Swift's tasks. So what a thread prints when its cell has long ended still appears under that cell.
#pragma once
#include <stdint.h>

/// The serial number of the cell that the calling thread, or the Swift task that it runs, works for; 0 if it works for none.
int64_t cw_owner(void);

/// Says which cell the calling thread works for from now on, and returns which it was. A thread of a pool asks so before and after
/// each piece of work.
int64_t cw_set_owner(int64_t serial);

/// Says that a task belongs to the cell that the calling thread works for, unless it already belongs to one. What enqueues a job of
/// Swift's concurrency calls this first.
void cw_note_job(void *job);

/// The cell that a job belongs to, or 0.
int64_t cw_job_owner(const void *job);

/// Has every task that Swift's own executors are given noted. An executor that takes their place calls `cw_note_job` itself.
void cw_note_jobs(void);
