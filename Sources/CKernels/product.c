#include "product.h"
#include "activation.h"
#include "vmath.h"

// A matrix product in the manner of Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication": a tile of the
// result stays in registers, the panel of b that it needs in the first cache, a block of a in the second.

typedef float Vector __attribute__((vector_size(32), aligned(4)));
enum { vectorWidth = 8, panelWidth = 16, tileRows = 6, maximumRows = 240, maximumDepth = 256, panelsAtOnce = 4 };
_Static_assert(
    CKProductScratch == maximumRows * maximumDepth + panelsAtOnce * panelWidth * maximumDepth,
    "room for a block of a and some panels of b");

CK_INLINE Vector everywhere(float x) { return (Vector){x, x, x, x, x, x, x, x}; }
CK_INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// The length of equal parts, none above a maximum, that are multiples of a unit.
CK_INLINE size_t even_part(size_t whole, size_t maximum, size_t unit) {
    size_t parts = (whole + maximum - 1) / maximum, part = (whole + parts - 1) / parts;
    return (part + unit - 1) / unit * unit;
}

/// The product of some rows of a and a panel of b: it becomes a tile of the result, or is added to it.
CK_INLINE void tile(
    const int rows, const int vectors, int adds, size_t depth, const float *a, ptrdiff_t aRow, const ptrdiff_t aColumn,
    const float *panel, float *y, ptrdiff_t yRow) {
    Vector sum[tileRows][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[r][v] = (Vector){0};
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) __builtin_prefetch(y + r * yRow);
    for (size_t k = 0; k < depth; k++, a += aColumn, panel += vectors * vectorWidth) {
        Vector b[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) b[v] = ((const Vector *)panel)[v];
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            Vector value = everywhere(a[r * aRow]);
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) sum[r][v] += value * b[v];
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            Vector *target = (Vector *)(y + r * yRow) + v;
            *target = adds ? *target + sum[r][v] : sum[r][v];
        }
}

/// All tiles of a panel.
CK_INLINE void tiles(
    const int vectors, int adds, size_t rows, size_t depth, const float *a, ptrdiff_t aTile, ptrdiff_t aRow,
    const ptrdiff_t aColumn, const float *panel, float *y, ptrdiff_t yRow) {
    size_t r = 0;
    for (; r + tileRows <= rows; r += tileRows, a += aTile, y += tileRows * yRow)
        tile(tileRows, vectors, adds, depth, a, aRow, aColumn, panel, y, yRow);
    switch (rows - r) {
    case 5: tile(5, vectors, adds, depth, a, aRow, aColumn, panel, y, yRow); break;
    case 4: tile(4, vectors, adds, depth, a, aRow, aColumn, panel, y, yRow); break;
    case 3: tile(3, vectors, adds, depth, a, aRow, aColumn, panel, y, yRow); break;
    case 2: tile(2, vectors, adds, depth, a, aRow, aColumn, panel, y, yRow); break;
    case 1: tile(1, vectors, adds, depth, a, aRow, aColumn, panel, y, yRow); break;
    default: break;
    }
}

/// Copies a block of the transposed a into tiles of 6 rows (the last one fewer): the numbers of a column side by side.
CK_INLINE void pack_rows(size_t rows, size_t depth, const float *a, ptrdiff_t aColumn, float *packed) {
    for (size_t k0 = 0; k0 < depth; k0 += 8) {
        size_t k1 = least(k0 + 8, depth);
        for (size_t r = 0; r < rows; r += tileRows) {
            float *target = packed + r * depth + k0 * tileRows;
            const float *source = a + r + (ptrdiff_t)k0 * aColumn;
            size_t used = least(tileRows, rows - r);
            for (size_t k = k0; k < k1; k++, source += aColumn, target += tileRows)
                if (used == tileRows) memcpy(target, source, tileRows * sizeof(float));
                else memcpy(target, source, used * sizeof(float));
        }
    }
}

/// Turns 8 rows of 8 numbers into 8 columns.
CK_INLINE void transpose(const float *source, ptrdiff_t row, float *target, size_t targetRow) {
    Vector x[8], y[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) x[i] = *(const Vector *)(source + i * row);
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i += 2) {
        y[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        y[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i += 4)
#pragma clang loop unroll(full)
        for (int j = 0; j < 2; j++) {
            x[i + 2 * j] = __builtin_shufflevector(y[i + j], y[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            x[i + 2 * j + 1] = __builtin_shufflevector(y[i + j], y[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        *(Vector *)(target + (size_t)i * targetRow) = __builtin_shufflevector(x[i], x[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        *(Vector *)(target + (size_t)(i + 4) * targetRow) =
            __builtin_shufflevector(x[i], x[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/// Copies columns of b, at most a panel, with zeros after the last.
CK_INLINE void pack_panel(
    size_t columns, size_t width, size_t depth, const float *b, ptrdiff_t bRow, ptrdiff_t bColumn, float *packed) {
    if (bColumn == 1 && columns == panelWidth) {
        for (size_t k = 0; k < depth; k++) memcpy(packed + k * panelWidth, b + (ptrdiff_t)k * bRow, panelWidth * sizeof(float));
        return;
    }
    size_t k = 0;
    if (bRow == 1 && columns == width)
        for (; k + 8 <= depth; k += 8)
            for (size_t c = 0; c < width; c += 8) transpose(b + k + (ptrdiff_t)c * bColumn, bColumn, packed + k * width + c, width);
    for (; k < depth; k++)
        for (size_t c = 0; c < width; c++) packed[k * width + c] = c < columns ? b[(ptrdiff_t)k * bRow + (ptrdiff_t)c * bColumn] : 0;
}

/// The products of a block of a, packed or as it stands, with some panels of b.
CK_INLINE void panels(
    int adds, size_t rows, size_t columns, size_t depth, const float *a, ptrdiff_t aTile, ptrdiff_t aRow, const ptrdiff_t aColumn,
    const float *packed, float *y, ptrdiff_t yRow) {
    for (size_t c = 0; c < columns; c += panelWidth) {
        size_t used = least(panelWidth, columns - c);
        if (used == panelWidth) {
            tiles(2, adds, rows, depth, a, aTile, aRow, aColumn, packed + c * depth, y + c, yRow);
        } else {
            // A narrow panel is computed aside, for its zeros must not reach beyond the row.
            float aside[maximumRows * panelWidth];
            if (used > vectorWidth) tiles(2, 0, rows, depth, a, aTile, aRow, aColumn, packed + c * depth, aside, panelWidth);
            else tiles(1, 0, rows, depth, a, aTile, aRow, aColumn, packed + c * depth, aside, panelWidth);
            for (size_t r = 0; r < rows; r++) {
                float *target = y + (ptrdiff_t)r * yRow + c;
                for (size_t i = 0; i < used; i++) target[i] = (adds ? target[i] : 0) + aside[r * panelWidth + i];
            }
        }
    }
}

/// A few rows by a transposed matrix as it stands: to pack it would cost more than the product.
CK_INLINE void few_rows(
    size_t m, size_t n, size_t k, const float *a, ptrdiff_t aRow, ptrdiff_t aColumn, const float *b, ptrdiff_t bColumn,
    float *y, ptrdiff_t yRow) {
    for (size_t r = 0; r < m; r++, a += aRow, y += yRow) {
        for (size_t c = 0; c < n; c++) {
            const float *column = b + (ptrdiff_t)c * bColumn;
            enum { lanes = 32 };
            float sums[lanes] = {0}, sum = 0;
            size_t i = 0;
            if (aColumn == 1)
                for (; i + lanes <= k; i += lanes)
                    for (size_t l = 0; l < lanes; l++) sums[l] += a[i + l] * column[i + l];
            for (; i < k; i++) sum += a[(ptrdiff_t)i * aColumn] * column[i];
            for (size_t l = 0; l < lanes; l++) sum += sums[l];
            y[c] += sum;
        }
    }
}

CK_CLONES void ck_product(
    size_t m, size_t n, size_t k, const float *a, ptrdiff_t aRow, ptrdiff_t aColumn, const float *b, ptrdiff_t bRow,
    ptrdiff_t bColumn, const float *bias, CKActivation activation, float *y, ptrdiff_t yRow, float *scratch) {
    float *packedRows = scratch, *packedPanels = scratch + maximumRows * maximumDepth;
    size_t height = m ? even_part(m, maximumRows, tileRows) : 1, length = k ? even_part(k, maximumDepth, 8) : 1;
    for (size_t r = 0; r < m; r += height) {
        size_t rows = least(height, m - r);
        float *block = y + (ptrdiff_t)r * yRow;
        // The first product may be written over what is there.
        int isFew = m < tileRows && bRow == 1, adds = bias || isFew || k == 0;
        for (size_t i = 0; adds && i < rows; i++)
            if (bias) memcpy(block + (ptrdiff_t)i * yRow, bias, n * sizeof(float));
            else memset(block + (ptrdiff_t)i * yRow, 0, n * sizeof(float));
        if (isFew) few_rows(m, n, k, a, aRow, aColumn, b, bColumn, y, yRow);
        else for (size_t start = 0; start < k; start += length) {
            size_t depth = least(length, k - start);
            const float *source = a + (ptrdiff_t)r * aRow + (ptrdiff_t)start * aColumn;
            ptrdiff_t tileStep = tileRows * (ptrdiff_t)depth, rowStep = (ptrdiff_t)depth;
            if (aColumn != 1) {
                pack_rows(rows, depth, source, aColumn, packedRows);
                source = packedRows;
            } else if (aRow % 256 == 0) {
                // Rows so far apart would drive each other out of the first cache.
                for (size_t i = 0; i < rows; i++)
                    memcpy(packedRows + i * depth, source + (ptrdiff_t)i * aRow, depth * sizeof(float));
                source = packedRows;
            } else {
                tileStep = tileRows * aRow;
                rowStep = aRow;
            }
            for (size_t c = 0; c < n; c += panelsAtOnce * panelWidth) {
                size_t columns = least(panelsAtOnce * panelWidth, n - c);
                for (size_t p = 0; p < columns; p += panelWidth) {
                    size_t used = least(panelWidth, columns - p), width = used > vectorWidth ? panelWidth : vectorWidth;
                    pack_panel(
                        used, width, depth, b + (ptrdiff_t)start * bRow + (ptrdiff_t)(c + p) * bColumn, bRow, bColumn,
                        packedPanels + p * depth);
                }
                if (aColumn == 1) panels(adds || start > 0, rows, columns, depth, source, tileStep, rowStep, 1, packedPanels, block + c, yRow);
                else panels(adds || start > 0, rows, columns, depth, source, tileStep, 1, tileRows, packedPanels, block + c, yRow);
            }
        }
        if (activation != CKActivationNone)
            for (size_t i = 0; i < rows; i++) activate(activation, block + (ptrdiff_t)i * yRow, n);
    }
}

CK_CLONES void ck_dense_rows(
    const float *x, const float *restrict w, size_t rows, size_t inputs, size_t outputs, size_t first, size_t last,
    float *restrict sums) {
    memset(sums, 0, rows * outputs * sizeof(float));
    size_t k = first;
    for (; k + 4 <= last; k += 4) {
        const float *w0 = w + k * outputs, *w1 = w0 + outputs, *w2 = w1 + outputs, *w3 = w2 + outputs;
        for (size_t row = 0; row < rows; row++) {
            const float *value = x + row * inputs + k;
            float *sum = sums + row * outputs;
            for (size_t c = 0; c < outputs; c++)
                sum[c] += value[0] * w0[c] + value[1] * w1[c] + value[2] * w2[c] + value[3] * w3[c];
        }
    }
    for (; k < last; k++)
        for (size_t row = 0; row < rows; row++)
            for (size_t c = 0; c < outputs; c++) sums[row * outputs + c] += x[row * inputs + k] * w[k * outputs + c];
}

CK_CLONES void ck_dense_finish(
    const float *sums, size_t parts, const float *bias, CKActivation activation, size_t rows, size_t outputs, float *y) {
    for (size_t row = 0; row < rows; row++, sums += outputs, y += outputs) {
        for (size_t c = 0; c < outputs; c++) y[c] = (bias ? bias[c] : 0) + sums[c];
        for (size_t part = 1; part < parts; part++)
            for (size_t c = 0; c < outputs; c++) y[c] += sums[part * rows * outputs + c];
        activate(activation, y, outputs);
    }
}
