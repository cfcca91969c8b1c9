// How far the running cell has come: the line of its current top-level statement.
#pragma once
#include <stdint.h>

/// Notes that a cell begins the statement at a line.
void cw_begin_statement(int32_t line);

/// The line that was noted last.
int32_t cw_current_line(void);
