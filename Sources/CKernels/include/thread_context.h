#pragma once

// The state of each thread, an instruction or two away: Swift itself has only POSIX keys, which are function calls.

extern _Thread_local void *ck_current_context;

static inline void *ck_thread_context(void) { return ck_current_context; }
static inline void ck_set_thread_context(void *context) { ck_current_context = context; }
