#include "progress.h"
#include <stdatomic.h>

static _Atomic int32_t current_line;

void cw_begin_statement(int32_t line) { atomic_store_explicit(&current_line, line, memory_order_relaxed); }

int32_t cw_current_line(void) { return atomic_load_explicit(&current_line, memory_order_relaxed); }
