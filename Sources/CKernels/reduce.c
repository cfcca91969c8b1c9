#include "reduce.h"
#include "vmath.h"

enum { LANES = 16, BLOCK = 4096 };

#define T float
#define NAME(stem) stem##_float
#include "reduce_loops.h"
#undef T
#undef NAME

#define T double
#define NAME(stem) stem##_double
#include "reduce_loops.h"
