// A copy of the process, made before each cell, that goes on in its place when the process dies.
#pragma once

/// What a copy does with itself. Both are called on its only thread, on which no Swift code has run before.
typedef struct {
    /// Called at once: gives memory back that the copy will not miss.
    void (*shrink)(void);
    /// Called when the copy takes over, with the line for a copy of its own. Never returns.
    void (*take_over)(int line);
} cw_snapshot_actions;

/// Makes a copy of the process: a child that stands still until it is sent one byte through the socket `line`, and with it the
/// channel, standard output, standard error and a new line. These take the place of what it had, and it takes over. When the other
/// end of the line is closed, it ends. The caller's copy of the line is the caller's to close. Returns 0, or an error number.
int cw_make_snapshot(int line, const cw_snapshot_actions *actions);

/// Keeps the descriptor `channel` from programs and from copies of the process that cells start, and makes the process the first to
/// go when memory runs out. Called once, when the process starts.
void cw_prepare_for_snapshots(int channel);
