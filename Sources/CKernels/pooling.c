#include "pooling.h"
#include "vmath.h"

/// A window's rows and columns.
typedef struct Window {
    int32_t firstRow, endRow, firstColumn, endColumn;
} Window;

CK_INLINE Window window_at(const CKPooling *p, int32_t row, int32_t column) {
    return (Window){p->firstRow[row], p->endRow[row], p->firstColumn[column], p->endColumn[column]};
}

#define T float
#define NAME(function) function##_float
#include "loops/pooling_loops.h"
#undef T
#undef NAME

#define T double
#define NAME(function) function##_double
#include "loops/pooling_loops.h"
