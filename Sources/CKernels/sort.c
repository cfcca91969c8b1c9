#include "movement.h"
#include <string.h>

// Merge sort of indices, bottom up: stable, and equally fast for any order.
#define ARG_SORT(NAME, T) \
    static inline int less_##NAME(T a, T b) { return a < b || (b != b && a == a); } \
    void ck_arg_sort_##NAME(size_t rows, size_t n, const T *x, int falling, int32_t *out, int32_t *scratch) { \
        for (size_t r = 0; r < rows; r++, x += n, out += n) { \
            int32_t *from = out, *to = scratch; \
            for (size_t i = 0; i < n; i++) from[i] = (int32_t)i; \
            for (size_t run = 1; run < n; run *= 2) { \
                for (size_t start = 0; start < n; start += 2 * run) { \
                    size_t middle = start + run < n ? start + run : n, end = start + 2 * run < n ? start + 2 * run : n; \
                    size_t i = start, j = middle; \
                    for (size_t k = start; k < end; k++) { \
                        int second = j < end && (i >= middle || (falling ? less_##NAME(x[from[i]], x[from[j]]) \
                                                                         : less_##NAME(x[from[j]], x[from[i]]))); \
                        to[k] = second ? from[j++] : from[i++]; \
                    } \
                } \
                int32_t *other = from; from = to; to = other; \
            } \
            if (from != out) memcpy(out, from, n * sizeof *out); \
        } \
    }
ARG_SORT(float, float)
ARG_SORT(double, double)
#pragma clang diagnostic ignored "-Wtautological-compare"  // no integer is NaN
ARG_SORT(int64, int64_t)
