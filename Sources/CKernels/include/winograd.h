#pragma once
#include "activation.h"
#include <stddef.h>

// Convolutions with 3×3 filters at stride 1 by Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray, "Fast
// Algorithms for Convolutional Neural Networks", 2016). A tile of 4×4 outputs and the 6×6 inputs under it are
// transformed to the values of polynomials at six points in each direction, where a filter is one multiplication: 36
// for a tile instead of 144. The points are 0, ±√½, ±√2 and ∞, with which the rounding error is twice that of the
// direct sum (with the customary 0, ±1, ±2 and ∞ it is four times).

/// The images that are read, those that are written, and how the one lie over the other.
typedef struct CKWinograd {
    int32_t images;
    int32_t rows, columns, channels;
    int32_t outRows, outColumns, outChannels;
    /// Zeros before the first row and column.
    int32_t top, left;
} CKWinograd;

/// The points of a tile's transform, and the largest number of tiles that are processed together.
enum { CKWinogradPoints = 36, CKWinogradTiles = 48 };

/// The number of tiles of 4×4 outputs that cover all images.
size_t ck_winograd_tiles(const CKWinograd *p);

/// Floats between the points of `tiles` transformed tiles; not a power of two, which would crowd a few sets of the
/// cache.
size_t ck_winograd_stride(size_t tiles, size_t channels);

/// Floats of a panel of transformed filters.
size_t ck_winograd_panel(size_t channels);

/// Transforms filters for the products, [panel][point][channel][16 output channels] with a gap after each point: the
/// panels from `first` up to `last`, the first of them to where `transformed` begins. Tap t (of nine), channel i and
/// output channel c are at `t · tap + i · inner + c · outer`.
void ck_winograd_filters(
    const float *filters, ptrdiff_t tap, ptrdiff_t inner, ptrdiff_t outer, size_t channels, size_t outChannels,
    float *transformed, size_t first, size_t last);

/// The inputs of `count` tiles: [point][tile][channel], the channels from `from` up to `to`.
void ck_winograd_inputs(
    const CKWinograd *p, const float *x, size_t first, size_t count, size_t from, size_t to, float *transformed);

/// The outputs of `count` tiles, given their transformed inputs, for the panels from `firstPanel` up to `lastPanel`,
/// whose filters are given.
void ck_winograd_outputs(
    const CKWinograd *p, const float *inputs, const float *filters, const float *bias, CKActivation activation, float *y,
    size_t first, size_t count, size_t firstPanel, size_t lastPanel);

/// Adds the gradient of transformed filters over `count` tiles, whose transformed inputs are given, to `gradient`, and
/// the sums of dy to `bias`. `outputGradients` is scratch memory for as many transformed tiles of dy.
void ck_winograd_gradient(
    const CKWinograd *p, const float *inputs, const float *dy, size_t first, size_t count, float *outputGradients,
    float *gradient, float *bias);

/// The sum of `parts` gradients of transformed filters, back as [9 taps, channels, output channels], for the panels
/// from `first` up to `last`.
void ck_winograd_filter_gradient(
    const float *gradients, size_t parts, size_t channels, size_t outChannels, float *filters, size_t first, size_t last);
