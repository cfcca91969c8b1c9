// What cells have started and what may still run: threads, tasks and programs.
//
// Each belongs to the cell that started it, as `ownership.h` says. An interrupt of the cell stops all of them.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Whether work that belongs to this owner is meant.
typedef bool (*cw_owner_test)(int64_t owner);

/// Notes the owner of the calling thread's work; 0 while it has none.
void cw_note_thread(int64_t owner);

/// Notes a task that was created. It is retained until it has ended.
void cw_note_task(void *task, int64_t owner);

/// Notes a program that was started.
void cw_note_program(int32_t process, int64_t owner);

/// Cancels the tasks that are meant.
void cw_cancel_tasks(cw_owner_test is_meant);

/// The number of threads that do work that is meant, except the calling one; without the helpers, those of libdispatch
/// and Foundation, if these are not to be counted.
int32_t cw_count_threads(cw_owner_test is_meant, bool without_helpers);

/// Asks these threads to stop, as `cw_request_stop` does. Helpers, which may serve all cells, stop only within a safe
/// range. Repeat the call until it returns 0: the number of these threads.
int32_t cw_request_stop_of_threads(cw_owner_test is_meant, bool anywhere_blocked);

/// Sends a signal to the programs that are meant and have not ended. Returns their number.
int32_t cw_signal_programs(cw_owner_test is_meant, int32_t signal);
