// A copy of the process, made before each cell, which takes over if the process dies.
#pragma once

/// The functions that a copy calls on its only thread, on which no Swift code has run before.
typedef struct {
    /// Called at once: returns memory to the system that the copy does not need.
    void (*shrink)(void);
    /// Called when the copy takes over, with the line for the next copy. Never returns.
    void (*take_over)(int line);
} cw_snapshot_actions;

/// How many descriptors a copy needs to take over: a channel, an alarm pipe, standard output, standard error and a new
/// line.
enum { TAKE_OVER_DESCRIPTORS = 5 };

/// Makes a copy of the process: a child that waits for the kernel (`cw_await_take_over`), replaces its own descriptors
/// by those that it is given, and takes over. The caller closes its copy of the line. Returns 0 or an error number.
int cw_make_snapshot(int line, const cw_snapshot_actions *actions);

/// Waits until the kernel sends one byte through the socket `line`. With all the descriptors it lets the copy take
/// over; without any it dismisses it, and the process ends. If the line is closed instead, the kernel is gone
/// (`cw_end_with_kernel`).
void cw_await_take_over(int line, int *descriptors);

/// Makes the process a worker: hides its descriptors from programs and forks that cells start, has it end with its
/// kernel, and makes it the first that the system ends when memory runs out. Called once, when the process starts.
void cw_prepare_for_snapshots(int channel, int alarm);
