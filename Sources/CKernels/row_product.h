#pragma once
#include "vmath.h"
#include <stddef.h>

// The product of a few rows with a matrix that is used again and again, as a recurrent layer's weights are at every step. These are
// packed once, in panels of 16 columns (the last filled up with zeros); a tile of the result stays in registers.

typedef float CKVector __attribute__((vector_size(32), aligned(4)));
enum { ckPanelWidth = 16, ckTileRows = 6 };

CK_INLINE size_t ck_panel_count(size_t columns) { return (columns + ckPanelWidth - 1) / ckPanelWidth; }

/// Some rows by one panel. The result begins with `start` (zeros if null).
CK_INLINE void ck_product_tile(
    const int rows, size_t length, const float *a, const float *panel, const float *start, size_t startStride,
    float *out, size_t outStride, size_t used) {
    float edge[ckTileRows][ckPanelWidth] = {{0}};  // what lies in a panel that the matrix does not fill
    const int isWhole = used == ckPanelWidth;
    CKVector sum[ckTileRows][2] = {{{0}}};
    if (start && !isWhole)
        for (int i = 0; i < rows; i++) memcpy(edge[i], start + (size_t)i * startStride, used * sizeof(float));
    if (start)
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            const CKVector *from = (const CKVector *)(isWhole ? start + (size_t)i * startStride : edge[i]);
            sum[i][0] = from[0];
            sum[i][1] = from[1];
        }
    for (size_t k = 0; k < length; k++, panel += ckPanelWidth) {
        CKVector left = ((const CKVector *)panel)[0], right = ((const CKVector *)panel)[1];
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            float x = a[(size_t)i * length + k];
            CKVector value = {x, x, x, x, x, x, x, x};
            sum[i][0] += value * left;
            sum[i][1] += value * right;
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
        CKVector *to = (CKVector *)(isWhole ? out + (size_t)i * outStride : edge[i]);
        to[0] = sum[i][0];
        to[1] = sum[i][1];
    }
    if (!isWhole)
        for (int i = 0; i < rows; i++) memcpy(out + (size_t)i * outStride, edge[i], used * sizeof(float));
}

/// out = start + a · weights, `a` being [rows, length] without gaps. Each row's sums are taken in the same order, whatever the number of
/// rows. Tiles are made of nearly equal height, for a low one leaves the processor waiting for its own sums.
CK_INLINE void ck_row_product(
    size_t rows, size_t length, size_t columns, const float *a, const float *packed, const float *start,
    size_t startStride, float *out, size_t outStride) {
    size_t tiles = (rows + ckTileRows - 1) / ckTileRows;
    for (size_t column = 0; column < columns; column += ckPanelWidth, packed += length * ckPanelWidth) {
        size_t used = columns - column < ckPanelWidth ? columns - column : ckPanelWidth;
        for (size_t tile = 0, row = 0; tile < tiles; tile++) {
            size_t height = (rows - row + tiles - tile - 1) / (tiles - tile);
            const float *from = a + row * length, *first = start ? start + row * startStride + column : NULL;
            float *to = out + row * outStride + column;
#define TILE(ROWS) \
    case ROWS: ck_product_tile(ROWS, length, from, packed, first, startStride, to, outStride, used); break;
            switch (height) { TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) }
#undef TILE
            row += height;
        }
    }
}
