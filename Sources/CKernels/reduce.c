#include "reduce.h"
#include "vmath.h"

enum { LANES = 16, SUM_LANES = 64, BLOCK = 1024 };

#define TOTAL double
#define T float
#define NAME(stem) stem##_float
#include "loops/reduce_loops.h"
#undef T
#undef NAME

#define T double
#define NAME(stem) stem##_double
#include "loops/reduce_loops.h"
#undef T
#undef NAME
#undef TOTAL

#pragma clang diagnostic ignored "-Wtautological-compare"  // no integer is NaN
#define TOTAL uint64_t  // which wraps around
#define T int64_t
#define NAME(stem) stem##_int64
#include "loops/reduce_loops.h"
