#pragma once
#include "vmath.h"

#include <stddef.h>

// Vectors are only ever passed between inlined functions: which registers an ordinary call would pass them in does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

/// Eight numbers in a register, anywhere in memory.
typedef float Vector __attribute__((vector_size(32), aligned(4)));

/// A panel is what a tile of registers is wide: 16 output channels in two vectors, or the last 8.
enum { vectorWidth = 8, panelWidth = 16, rowTile = 6 };

/// A number in every place: written out, for 0 + x would be an addition.
CK_INLINE Vector everywhere(float x) { return (Vector){x, x, x, x, x, x, x, x}; }

CK_INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// Adds rows · weights to a tile of registers: `length` numbers of each row, which begin at `source`, and as many rows of a panel.
CK_INLINE void multiply_tile(
    const int rows, const int vectors, const float *const *source, const float *weights, size_t length,
    Vector sum[][2]) {
    for (size_t k = 0; k < length; k++, weights += vectors * vectorWidth) {
        Vector weight[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) weight[v] = ((const Vector *)weights)[v];
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            Vector value = everywhere(source[r][k]);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[r][v] += value * weight[v];
        }
    }
}

/// Adds rowsᵀ · slopes to a tile of registers, over `count` rows: `rows` numbers of each, which begin at `x + places[i]`, or if `places` is
/// null at `x + i · step`; the slopes are a panel.
CK_INLINE void gradient_tile(
    const int rows, const int vectors, const float *x, const ptrdiff_t *places, size_t step, size_t count,
    const float *slopes, float *gradient) {
    Vector sum[rowTile][2], *target = (Vector *)gradient;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[r][v] = target[r * vectors + v];
    for (size_t i = 0; i < count; i++, slopes += vectors * vectorWidth) {
        const float *source = places ? x + places[i] : x + i * step;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[r][v] += everywhere(source[r]) * ((const Vector *)slopes)[v];
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) target[r * vectors + v] = sum[r][v];
}

/// Does `WORK(rows)` for groups of six of `COUNT` rows, and for what remains; `I` is a group's first row. The number of rows of a tile has
/// to be a constant, for they are registers.
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
