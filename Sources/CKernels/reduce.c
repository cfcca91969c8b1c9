#include "reduce.h"
#include "vmath.h"

enum { LANES = 16, SUM_LANES = 64, BLOCK = 1024 };

#define T float
#define NAME(stem) stem##_float
#include "reduce_loops.h"
#undef T
#undef NAME

#define T double
#define NAME(stem) stem##_double
#include "reduce_loops.h"
