#include "product.h"
#include "activate.h"
#include "vectors.h"

// A matrix product in the manner of Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication": a
// tile of the result stays in registers, the panel of b that it needs in the first-level cache, a block of a in the
// second-level cache.

enum { maximumRows = 240, maximumDepth = 256, panelsAtOnce = 4 };
_Static_assert(
    CKProductScratch == maximumRows * maximumDepth + panelsAtOnce * panelWidth * maximumDepth,
    "the scratch memory holds a block of a and some panels of b");

/// The length of equal parts, none above a maximum, that are multiples of a unit.
CK_INLINE size_t even_part(size_t whole, size_t maximum, size_t unit) {
    size_t parts = (whole + maximum - 1) / maximum, part = (whole + parts - 1) / parts;
    return (part + unit - 1) / unit * unit;
}

/// The product of some rows of a and a panel of b, which becomes a tile of the result or is added to it.
CK_INLINE void tile(
    const int rows, const int vectors, int adds, size_t depth, const float *a, ptrdiff_t aRow, const ptrdiff_t aColumn,
    const float *panel, float *y, ptrdiff_t yRow) {
    Vector sum[rowTile][2];
    const float *row[rowTile];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[r][v] = (Vector){0};
        row[r] = a + r * aRow;
        // A register for each row: otherwise they would be computed anew for every column.
        if (aColumn == 1) __asm__("" : "+r"(row[r]));
    }
    // The result is prefetched shortly before it is needed. Earlier, panel and rows would evict it again.
    size_t ahead = depth - least(depth, 64);
    multiply_tile(rows, vectors, row, aColumn, panel, 0, ahead, sum);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) __builtin_prefetch(y + r * yRow);
    multiply_tile(rows, vectors, row, aColumn, panel, ahead, depth, sum);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            Vector *target = (Vector *)(y + r * yRow) + v;
            *target = adds ? *target + sum[r][v] : sum[r][v];
        }
}

/// All tiles of a panel. The tile whose first row is r begins `aLine · r` floats after a, whether a is packed or not.
CK_INLINE void tiles(
    const int vectors, int adds, size_t rows, size_t depth, const float *a, ptrdiff_t aLine, ptrdiff_t aRow,
    const ptrdiff_t aColumn, const float *panel, float *y, ptrdiff_t yRow) {
#define TILE(count)                                                                                                    \
    tile(                                                                                                              \
        count, vectors, adds, depth, a + (ptrdiff_t)r * aLine, aRow, aColumn, panel, y + (ptrdiff_t)r * yRow, yRow)
    FOR_TILES_OF_ROWS(r, rows, TILE)
#undef TILE
}

/// Copies a block of the transposed a into tiles of 6 rows (the last of fewer), the elements of a column side by side.
CK_INLINE void pack_rows(size_t rows, size_t depth, const float *a, ptrdiff_t aColumn, float *packed) {
    for (size_t k0 = 0; k0 < depth; k0 += 8) {
        size_t k1 = least(k0 + 8, depth);
        for (size_t r = 0; r < rows; r += rowTile) {
            float *target = packed + r * depth + k0 * rowTile;
            const float *source = a + r + (ptrdiff_t)k0 * aColumn;
            size_t used = least(rowTile, rows - r);
            for (size_t k = k0; k < k1; k++, source += aColumn, target += rowTile)
                if (used == rowTile) memcpy(target, source, rowTile * sizeof(float));
                else memcpy(target, source, used * sizeof(float));
        }
    }
}

/// Transposes a matrix of 8 × 8.
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

/// The products of a block of a, packed or not, with some panels of b.
CK_INLINE void panels(
    int adds, size_t rows, size_t columns, size_t depth, const float *a, ptrdiff_t aLine, ptrdiff_t aRow, const ptrdiff_t aColumn,
    const float *packed, float *y, ptrdiff_t yRow) {
    for (size_t c = 0; c < columns; c += panelWidth) {
        size_t used = least(panelWidth, columns - c);
        if (used == panelWidth) {
            tiles(2, adds, rows, depth, a, aLine, aRow, aColumn, packed + c * depth, y + c, yRow);
        } else if (used == vectorWidth) {
            tiles(1, adds, rows, depth, a, aLine, aRow, aColumn, packed + c * depth, y + c, yRow);
        } else {
            // A panel that is not full is computed in a buffer, since its zeros must not be written beyond the row.
            float buffer[maximumRows * panelWidth];
            if (used > vectorWidth) tiles(2, 0, rows, depth, a, aLine, aRow, aColumn, packed + c * depth, buffer, panelWidth);
            else tiles(1, 0, rows, depth, a, aLine, aRow, aColumn, packed + c * depth, buffer, panelWidth);
            for (size_t r = 0; r < rows; r++) {
                float *target = y + (ptrdiff_t)r * yRow + c;
                for (size_t i = 0; i < used; i++) target[i] = (adds ? target[i] : 0) + buffer[r * panelWidth + i];
            }
        }
    }
}

/// Writes the bias, or zeros, into rows of the result.
CK_INLINE void begin_rows(size_t rows, size_t n, const float *bias, float *y, ptrdiff_t yRow) {
    for (size_t r = 0; r < rows; r++, y += yRow)
        if (bias) memcpy(y, bias, n * sizeof(float));
        else memset(y, 0, n * sizeof(float));
}

CK_CLONES void ck_product_few_rows(
    size_t m, size_t n, size_t k, const float *a, ptrdiff_t aRow, ptrdiff_t aColumn, const float *b, ptrdiff_t bColumn,
    const float *bias, CKActivation activation, float *y, ptrdiff_t yRow) {
    begin_rows(m, n, bias, y, yRow);
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
        activate(activation, y, n);
    }
}

/// How many terms of the sums are added at a time.
CK_INLINE size_t block_depth(size_t k) { return k ? even_part(k, maximumDepth, 8) : 1; }

/// The columns of packed b, counting the zeros that fill the last panel.
CK_INLINE size_t packed_columns(size_t n) { return (n + panelWidth - 1) / panelWidth * panelWidth; }

size_t ck_product_packed_size(size_t n, size_t k) { return packed_columns(n) * k; }

/// Copies some columns of a block of b into panels.
CK_INLINE void pack_panels(
    size_t columns, size_t depth, const float *b, ptrdiff_t bRow, ptrdiff_t bColumn, float *packed) {
    for (size_t c = 0; c < columns; c += panelWidth) {
        size_t used = least(panelWidth, columns - c), width = used > vectorWidth ? panelWidth : vectorWidth;
        pack_panel(used, width, depth, b + (ptrdiff_t)c * bColumn, bRow, bColumn, packed + c * depth);
    }
}

CK_CLONES void ck_product_pack(
    size_t n, size_t k, const float *b, ptrdiff_t bRow, ptrdiff_t bColumn, float *packed, size_t first, size_t last) {
    size_t length = block_depth(k);
    for (size_t start = 0; start < k; start += length) {
        size_t depth = least(length, k - start);
        pack_panels(
            last - first, depth, b + (ptrdiff_t)start * bRow + (ptrdiff_t)first * bColumn, bRow, bColumn,
            packed + start * packed_columns(n) + first * depth);
    }
}

CK_CLONES void ck_product(
    size_t m, size_t n, size_t k, const float *a, ptrdiff_t aRow, ptrdiff_t aColumn, const float *b, ptrdiff_t bRow,
    ptrdiff_t bColumn, const float *packed, const float *bias, CKActivation activation, float *y, ptrdiff_t yRow,
    float *scratch) {
    float *packedRows = scratch, *packedPanels = scratch + maximumRows * maximumDepth;
    size_t height = m ? even_part(m, maximumRows, rowTile) : 1, length = block_depth(k);
    for (size_t r = 0; r < m; r += height) {
        size_t rows = least(height, m - r);
        float *block = y + (ptrdiff_t)r * yRow;
        // The first product may overwrite what is there.
        int adds = bias || k == 0;
        if (adds) begin_rows(rows, n, bias, block, yRow);
        for (size_t start = 0; start < k; start += length, adds = 1) {
            size_t depth = least(length, k - start);
            const float *source = a + (ptrdiff_t)r * aRow + (ptrdiff_t)start * aColumn;
            ptrdiff_t line = (ptrdiff_t)depth;
            if (aColumn != 1) {
                pack_rows(rows, depth, source, aColumn, packedRows);
                source = packedRows;
            } else if (aRow % 256 == 0) {
                // Rows at such a distance would evict each other from the first-level cache.
                for (size_t i = 0; i < rows; i++)
                    memcpy(packedRows + i * depth, source + (ptrdiff_t)i * aRow, depth * sizeof(float));
                source = packedRows;
            } else {
                line = aRow;
            }
            for (size_t c = 0; c < n; c += panelsAtOnce * panelWidth) {
                size_t columns = least(panelsAtOnce * panelWidth, n - c);
                const float *part = packed ? packed + start * packed_columns(n) + c * depth : packedPanels;
                if (!packed)
                    pack_panels(
                        columns, depth, b + (ptrdiff_t)start * bRow + (ptrdiff_t)c * bColumn, bRow, bColumn, packedPanels);
                if (aColumn == 1)
                    panels(adds, rows, columns, depth, source, line, line, 1, part, block + c, yRow);
                else
                    panels(adds, rows, columns, depth, source, line, 1, rowTile, part, block + c, yRow);
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
