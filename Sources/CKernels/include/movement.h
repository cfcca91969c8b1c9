#pragma once
#include <stddef.h>
#include <stdint.h>

/// Copies a block of `rank` (at most 8) dimensions between two layouts; strides count elements and may be 0 or negative.
/// elementSize is 1, 4 or 8.
void ck_copy(size_t elementSize, size_t rank, const int32_t *dims, const ptrdiff_t *fromStrides, const ptrdiff_t *toStrides,
             const void *from, void *to);

/// x is [outer, n, inner], indices has `count` values in 0..<n: out[o, i, :] = x[o, indices[i], :].
void ck_gather(size_t elementSize, size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const void *x, void *out);

/// The transpose of gather: out[o, indices[i], :] += x[o, i, :]. out is [outer, n, inner] and begins with zeros.
void ck_scatter_add_float(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const float *x, float *out);
void ck_scatter_add_double(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const double *x, double *out);
