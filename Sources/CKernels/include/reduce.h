#pragma once
#include <stddef.h>
#include <stdint.h>

/// Reductions of many values to one.
typedef enum __attribute__((enum_extensibility(closed))) CKReduction : int32_t {
    CKReductionSum, CKReductionProduct, CKReductionMaximum, CKReductionMinimum,
} CKReduction;

/// x is [outer, n, inner]; out is [outer, inner]. Sums are accumulated in blocks of a fixed size, so that they are
/// accurate and the same on every processor. n must be positive for a maximum or minimum.
void ck_reduce_float(CKReduction op, size_t outer, size_t n, size_t inner, const float *x, float *out);
void ck_reduce_double(CKReduction op, size_t outer, size_t n, size_t inner, const double *x, double *out);
void ck_reduce_int64(CKReduction op, size_t outer, size_t n, size_t inner, const int64_t *x, int64_t *out);

/// The index along n of the largest value (the first of equals; a NaN counts as the largest).
void ck_arg_max_float(size_t outer, size_t n, size_t inner, const float *x, int32_t *out);
void ck_arg_max_double(size_t outer, size_t n, size_t inner, const double *x, int32_t *out);
void ck_arg_max_int64(size_t outer, size_t n, size_t inner, const int64_t *x, int32_t *out);

/// x and out are [outer, n, inner]: out[o, i, :] is the sum (or product) of x[o, 0 … i, :].
void ck_cumulative_float(CKReduction op, size_t outer, size_t n, size_t inner, const float *x, float *out);
void ck_cumulative_double(CKReduction op, size_t outer, size_t n, size_t inner, const double *x, double *out);
void ck_cumulative_int64(CKReduction op, size_t outer, size_t n, size_t inner, const int64_t *x, int64_t *out);

/// out[o, i, :] is the index of the largest value among x[o, 0 … i, :] (the last of equals; a NaN counts as the
/// largest).
void ck_cumulative_arg_max_float(size_t outer, size_t n, size_t inner, const float *x, int32_t *out);
void ck_cumulative_arg_max_double(size_t outer, size_t n, size_t inner, const double *x, int32_t *out);
void ck_cumulative_arg_max_int64(size_t outer, size_t n, size_t inner, const int64_t *x, int32_t *out);
