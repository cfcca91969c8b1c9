// A copy of the process, made before each cell, which takes over if the process dies.
#pragma once

/// The functions that a copy calls on its only thread, on which no Swift code has run before.
typedef struct {
    /// Called at once: returns memory to the system that the copy does not need.
    void (*shrink)(void);
    /// Called when the copy takes over, with the line for the next copy. Never returns.
    void (*take_over)(int line);
} cw_snapshot_actions;

/// Makes a copy of the process: a child that waits until it receives one byte through the socket `line`, accompanied by
/// a channel, an alarm pipe, standard output, standard error and a new line. The child replaces its own descriptors by
/// these and takes over. It ends when the other end of the line is closed. The caller closes its copy of the line.
/// Returns 0 or an error number.
int cw_make_snapshot(int line, const cw_snapshot_actions *actions);

/// Makes the process a worker: hides its descriptors from programs and forks that cells start, has it end with its
/// kernel, and makes it the first that the system ends when memory runs out. Called once, when the process starts.
void cw_prepare_for_snapshots(int channel, int alarm);
