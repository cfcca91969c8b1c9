#pragma once
#include <stddef.h>
#include <stdint.h>

/// Copies a block of `rank` (at most 8) dimensions between two layouts; strides count elements and may be 0 or
/// negative. elementSize is 1, 4 or 8.
void ck_copy(size_t elementSize, size_t rank, const int32_t *dims, const ptrdiff_t *fromStrides, const ptrdiff_t *toStrides,
             const void *from, void *to);

/// x is [outer, n, inner], indices has `count` values in 0..<n: out[o, i, :] = x[o, indices[i], :].
void ck_gather(size_t elementSize, size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const void *x, void *out);

/// The transpose of gather: out[o, indices[i], :] += x[o, i, :]. out is [outer, n, inner] and is zeroed first.
void ck_scatter_add_float(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const float *x, float *out);
void ck_scatter_add_double(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const double *x, double *out);
void ck_scatter_add_int64(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const int64_t *x, int64_t *out);

/// For each of `rows` rows of n values: the indices of the values in ascending or descending order. Equal values keep
/// their order; NaN counts as the largest. `scratch` has n elements.
void ck_arg_sort_float(size_t rows, size_t n, const float *x, int falling, int32_t *out, int32_t *scratch);
void ck_arg_sort_double(size_t rows, size_t n, const double *x, int falling, int32_t *out, int32_t *scratch);
void ck_arg_sort_int64(size_t rows, size_t n, const int64_t *x, int falling, int32_t *out, int32_t *scratch);
