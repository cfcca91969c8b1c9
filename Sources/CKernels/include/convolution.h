#pragma once
#include "activation.h"
#include <stddef.h>
#include <stddef.h>
#include <stdint.h>

/// A sum over taps: each pixel of an output grid is a linear function of a patch of an input that has its padding
/// around it.
///
/// A convolution is one, and its input gradient is one for each phase of the stride. A patch is a list of segments of
/// one length, which lie at the same offsets from every pixel.
typedef struct CKPatches {
    /// The output grid.
    int32_t images, rows, columns;
    /// Elements of a pixel of the output.
    int32_t channels;
    /// The distances in the input between neighboring images, rows and columns of the grid.
    ptrdiff_t xImage, xRow, xColumn;
    /// The same in the output, and the position of its first pixel.
    ptrdiff_t yImage, yRow, yColumn, yStart;
    /// The patch.
    int32_t segments, length;
    const ptrdiff_t *offsets;
    /// The rows of the grid, from first to last, for which a segment is not all padding.
    const int32_t *firstRow, *lastRow;
} CKPatches;

/// The number of pixels of the grid that are processed in a block.
enum { CKPatchBlock = 96 };

/// The number of floats that packed weights take for patches of `size` elements.
size_t ck_packed_size(size_t size, size_t channels);

/// Packs weights in the order in which they are used: panels of 16 (the last perhaps of 8) output channels, each with a
/// row for every element of a patch and a last row for the bias (zeros if null). Element i of tap t for channel c is at
/// `taps[t] + i · inner + c · outer`. Packs the panels from `first` up to `last`.
void ck_pack_weights(
    const float *weights, const ptrdiff_t *taps, size_t tapCount, size_t tapLength, ptrdiff_t inner, ptrdiff_t outer,
    const float *bias, size_t channels, float *packed, size_t first, size_t last);

/// Computes one block of the output, for the panels from `first` up to `last`.
void ck_patches_forward(
    const CKPatches *patches, const float *x, const float *packed, CKActivation activation, float *y, size_t block,
    size_t first, size_t last);

/// Sums the gradient of packed weights over the blocks from `first` up to `last`, for one panel: Σ patchᵀ · dy, and Σ
/// dy in its last row.
void ck_patches_weight_gradient(
    const CKPatches *patches, const float *x, const float *dy, size_t panel, float *gradient, size_t first, size_t last);

/// The sum of `parts` gradients in packed order, laid out as [patch, channels], and of their last rows (unless null),
/// for the panels from `first` up to `last`.
void ck_unpack_gradient(
    const float *packed, size_t parts, size_t size, size_t channels, float *weights, float *bias, size_t first,
    size_t last);

/// An image [rows, columns, channels] with zeros around it: the result has `paddedRows` rows of `paddedColumns`, and
/// the image begins at (top, left).
void ck_pad_image(
    const float *x, size_t rows, size_t columns, size_t channels, size_t top, size_t left, size_t paddedRows,
    size_t paddedColumns, float *padded);
