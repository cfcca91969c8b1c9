#pragma once
#include "vectors.h"

// The product of a few rows with a matrix that is used again and again, as the weights of a recurrent layer are at
// every step. It is packed once, in panels of 16 columns (the last filled up with zeros); a tile of the result stays in
// registers.

CK_INLINE size_t ck_panel_count(size_t columns) { return (columns + panelWidth - 1) / panelWidth; }

/// Some rows by one panel. The result begins with `start` (zeros if null).
CK_INLINE void ck_product_tile(
    const int rows, size_t length, const float *a, const float *panel, const float *start, size_t startStride,
    float *out, size_t outStride, size_t used) {
    float edge[rowTile][panelWidth] = {{0}};  // the part of a panel that the matrix does not fill
    const int isWhole = used == panelWidth;
    Vector sum[rowTile][2] = {{{0}}};
    if (start && !isWhole)
        for (int i = 0; i < rows; i++) memcpy(edge[i], start + (size_t)i * startStride, used * sizeof(float));
    if (start)
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            const Vector *from = (const Vector *)(isWhole ? start + (size_t)i * startStride : edge[i]);
            sum[i][0] = from[0];
            sum[i][1] = from[1];
        }
    // Not multiply_tile: a pointer for each row takes the registers that the sums need, and these products are short.
    for (size_t k = 0; k < length; k++, panel += panelWidth) {
        Vector left = ((const Vector *)panel)[0], right = ((const Vector *)panel)[1];
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; i++) {
            Vector value = everywhere(a[(size_t)i * length + k]);
            sum[i][0] += value * left;
            sum[i][1] += value * right;
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
        Vector *to = (Vector *)(isWhole ? out + (size_t)i * outStride : edge[i]);
        to[0] = sum[i][0];
        to[1] = sum[i][1];
    }
    if (!isWhole)
        for (int i = 0; i < rows; i++) memcpy(out + (size_t)i * outStride, edge[i], used * sizeof(float));
}

/// out = start + a · weights, `a` being [rows, length] without gaps. The sums of a row are added in the same order
/// whatever the number of rows. Tiles have nearly equal heights, since a low one leaves the processor waiting for its
/// own sums.
CK_INLINE void ck_row_product(
    size_t rows, size_t length, size_t columns, const float *a, const float *packed, const float *start,
    size_t startStride, float *out, size_t outStride) {
    size_t tiles = (rows + rowTile - 1) / rowTile;
    for (size_t column = 0; column < columns; column += panelWidth, packed += length * panelWidth) {
        size_t used = columns - column < panelWidth ? columns - column : panelWidth;
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
