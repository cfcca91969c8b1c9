#pragma once
#include "vmath.h"

#include <stddef.h>

// Vectors are passed between inlined functions only, so it does not matter which registers an ordinary call would pass
// them in.
#pragma clang diagnostic ignored "-Wpsabi"

/// Eight floats in a register, at any address in memory.
typedef float Vector __attribute__((vector_size(32), aligned(4)));

/// A panel is as wide as a tile of registers: 16 output channels in two vectors, or the last 8.
enum { vectorWidth = 8, panelWidth = 16, rowTile = 6 };

/// A number in every lane; written out, since 0 + x would be an addition.
CK_INLINE Vector everywhere(float x) { return (Vector){x, x, x, x, x, x, x, x}; }

CK_INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// Adds rows · panel to a tile of registers: the columns of each row from `first` up to `last`, which lie `step` floats
/// apart, and as many rows of the panel.
CK_INLINE void multiply_tile(
    const int rows, const int vectors, const float *const *row, const ptrdiff_t step, const float *panel, size_t first,
    size_t last, Vector sum[][2]) {
    panel += first * (size_t)vectors * vectorWidth;
    for (size_t k = first; k < last; k++, panel += vectors * vectorWidth) {
        Vector b[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) b[v] = ((const Vector *)panel)[v];
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            Vector value = everywhere(row[r][(ptrdiff_t)k * step]);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[r][v] += value * b[v];
        }
    }
}

/// Adds rowsᵀ · dy to a tile of a gradient, over `count` rows: `rows` elements of each, which begin at
/// `x + positions[i]`, or at `x + i · step` if `positions` is null; dy is a panel.
CK_INLINE void gradient_tile(
    const int rows, const int vectors, const float *x, const ptrdiff_t *positions, size_t step, size_t count,
    const float *dy, float *gradient) {
    Vector sum[rowTile][2], *target = (Vector *)gradient;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[r][v] = target[r * vectors + v];
    for (size_t i = 0; i < count; i++, dy += vectors * vectorWidth) {
        const float *source = positions ? x + positions[i] : x + i * step;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[r][v] += everywhere(source[r]) * ((const Vector *)dy)[v];
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) target[r * vectors + v] = sum[r][v];
}

/// Does `WORK(rows)` for groups of six of `COUNT` rows, and for what remains; `I` is the first row of a group. The
/// number of rows of a tile has to be a constant, because they are held in registers.
#define FOR_TILES_OF_ROWS(I, COUNT, WORK)                                                                              \
    size_t I = 0;                                                                                                      \
    for (; I + rowTile <= (COUNT); I += rowTile) WORK(rowTile);                                                        \
    switch ((COUNT) - I) {                                                                                             \
    case 5: WORK(5); break;                                                                                            \
    case 4: WORK(4); break;                                                                                            \
    case 3: WORK(3); break;                                                                                            \
    case 2: WORK(2); break;                                                                                            \
    case 1: WORK(1); break;                                                                                            \
    default: break;                                                                                                    \
    }
