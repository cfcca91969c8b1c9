// A thread that ends the process when its kernel is gone.
//
// It takes no lock, allocates nothing, calls no library and blocks all signals: whatever other threads do or hold, it
// goes on. So does a process whose memory is damaged, until its kernel ends.
#pragma once
#include <stdbool.h>

/// Starts the guard of a worker, or of a snapshot that takes over. It calls `cw_end_with_kernel` when the other end of
/// the socket is closed, which only the kernel has.
void cw_start_guard(int socket);

/// Ends the process because its kernel is gone, and with it the worker's process group: its snapshot and all programs
/// that cells have started.
void cw_end_with_kernel(void) __attribute__((noreturn));

/// Ends the process also when one of these descriptors is closed or replaced: a cell that closes them cuts off its own
/// process, which could neither report anything nor be asked anything any more.
void cw_guard_descriptors(const int *descriptors, int count);
