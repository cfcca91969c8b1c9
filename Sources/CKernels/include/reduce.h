#pragma once
#include <stddef.h>
#include <stdint.h>

/// How many values become one.
typedef enum __attribute__((enum_extensibility(closed))) CKReduction : int32_t {
    CKReductionSum, CKReductionMaximum, CKReductionMinimum,
} CKReduction;

/// x is [outer, n, inner]; out is [outer, inner]. Sums are accumulated in blocks of a fixed size, so that they are accurate and
/// the same on every processor. n must be positive for a maximum or minimum.
void ck_reduce_float(CKReduction op, size_t outer, size_t n, size_t inner, const float *x, float *out);
void ck_reduce_double(CKReduction op, size_t outer, size_t n, size_t inner, const double *x, double *out);

/// The index along n of the largest value (the first of equals; a NaN counts as the largest).
void ck_arg_max_float(size_t outer, size_t n, size_t inner, const float *x, int32_t *out);
void ck_arg_max_double(size_t outer, size_t n, size_t inner, const double *x, int32_t *out);
