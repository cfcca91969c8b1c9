#pragma once
#include "activation.h"
#include <stddef.h>
#include <stdint.h>

/// Floats of scratch memory that ``ck_product`` needs.
enum { CKProductScratch = (240 + 64) * 256 };

/// y = activation(a · b + bias): [m, n] of [m, k] and [k, n]. One stride of a and one of b must be 1, so that either
/// may be transposed; y has rows of n elements at a distance of `yRow`. The bias has n elements, or is null. If
/// `packed` is not, it is b from ``ck_product_pack``, and b itself is not read.
void ck_product(
    size_t m, size_t n, size_t k, const float *a, ptrdiff_t aRow, ptrdiff_t aColumn, const float *b, ptrdiff_t bRow,
    ptrdiff_t bColumn, const float *packed, const float *bias, CKActivation activation, float *y, ptrdiff_t yRow,
    float *scratch);

/// Floats that packed b takes.
size_t ck_product_packed_size(size_t n, size_t k);

/// Packs the columns of b, [k, n], from `first`, a multiple of 16, up to `last`, another one or n, so that several
/// products can read them.
void ck_product_pack(
    size_t n, size_t k, const float *b, ptrdiff_t bRow, ptrdiff_t bColumn, float *packed, size_t first, size_t last);

/// The same product for a few rows by a transposed matrix that is not packed: packing would cost more than the product.
void ck_product_few_rows(
    size_t m, size_t n, size_t k, const float *a, ptrdiff_t aRow, ptrdiff_t aColumn, const float *b, ptrdiff_t bColumn,
    const float *bias, CKActivation activation, float *y, ptrdiff_t yRow);

/// x · w for a few rows, which is not worth packing the weights: the part of the sums over the inputs from `first` up
/// to `last`.
void ck_dense_rows(
    const float *x, const float *w, size_t rows, size_t inputs, size_t outputs, size_t first, size_t last, float *sums);

/// y = activation(Σ sums + bias), for the sums of `parts` parts. With one part, sums and y may be the same memory.
void ck_dense_finish(
    const float *sums, size_t parts, const float *bias, CKActivation activation, size_t rows, size_t outputs, float *y);
