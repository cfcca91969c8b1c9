#include "depthwise.h"
#include "vmath.h"

/// The taps of the filters that meet the image at a pixel of y, and the position of the first tap of all.
typedef struct Taps {
    int32_t firstRow, endRow, firstColumn, endColumn;
    int32_t top, left;
} Taps;

/// The number of taps, `distance` apart, that lie before position `end` if the first is at `start`; at most `count`.
CK_INLINE int32_t taps_before(int32_t start, int32_t distance, int32_t end, int32_t count) {
    int32_t taps = start >= end ? 0 : (end - start + distance - 1) / distance;
    return taps < count ? taps : count;
}

CK_INLINE Taps taps_at(const CKDepthwise *d, int32_t row, int32_t column) {
    int32_t top = row * d->strideRows - d->top, left = column * d->strideColumns - d->left;
    return (Taps){
        taps_before(top, d->dilationRows, 0, d->filterRows), taps_before(top, d->dilationRows, d->rows, d->filterRows),
        taps_before(left, d->dilationColumns, 0, d->filterColumns),
        taps_before(left, d->dilationColumns, d->columns, d->filterColumns), top, left};
}

#define FOR_EACH_PIXEL(d)                                                                                              \
    for (int32_t row = 0; row < (d)->outRows; row++)                                                                   \
        for (int32_t column = 0; column < (d)->outColumns; column++)
#define FOR_EACH_TAP(d, taps)                                                                                          \
    for (int32_t i = (taps)->firstRow; i < (taps)->endRow; i++)                                                        \
        for (int32_t j = (taps)->firstColumn; j < (taps)->endColumn; j++)
/// The positions of a pixel of y, of the pixel of x that a tap meets, and of the tap.
#define OUTPUT(d) ((ptrdiff_t)(row * (d)->outColumns + column) * (d)->channels)
#define PIXEL(d, taps)                                                                                                 \
    ((ptrdiff_t)(((taps)->top + i * (d)->dilationRows) * (d)->columns + (taps)->left + j * (d)->dilationColumns) *     \
     (d)->channels)
#define FILTER(d) ((ptrdiff_t)(i * (d)->filterColumns + j) * (d)->channels)

#define T float
#define NAME(function) function##_float
#include "loops/depthwise_loops.h"
#undef T
#undef NAME

#define T double
#define NAME(function) function##_double
#include "loops/depthwise_loops.h"
