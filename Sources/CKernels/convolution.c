#include "convolution.h"
#include "activate.h"
#include "vectors.h"

enum { wideTile = 6, narrowTile = 8, channelTile = 4 };

/// The channels of a panel with their padding: the last panel is narrow where 8 suffice. A single channel has no
/// padding: its vectors run along the patch.
CK_INLINE size_t width_of_panel(size_t panel, size_t channels) {
    if (channels == 1) return 1;
    return channels - panel * panelWidth > vectorWidth ? panelWidth : vectorWidth;
}

size_t ck_packed_size(size_t size, size_t channels) {
    size_t last = (channels - 1) / panelWidth;
    return (size + 1) * (last * panelWidth + width_of_panel(last, channels));
}

CK_CLONES void ck_pack_weights(
    const float *weights, const ptrdiff_t *taps, size_t tapCount, size_t tapLength, ptrdiff_t inner, ptrdiff_t outer,
    const float *bias, size_t channels, float *packed, size_t first, size_t last) {
    packed += first * panelWidth * (tapCount * tapLength + 1);
    for (size_t panel = first; panel < last; panel++) {
        size_t start = panel * panelWidth, width = width_of_panel(panel, channels), used = least(channels - start, width);
        for (size_t tap = 0; tap < tapCount; tap++) {
            const float *source = weights + taps[tap] + (ptrdiff_t)start * outer;
            if (outer == 1) {
                for (size_t i = 0; i < tapLength; i++, packed += width) {
                    for (size_t c = 0; c < used; c++) packed[c] = source[(ptrdiff_t)i * inner + (ptrdiff_t)c];
                    for (size_t c = used; c < width; c++) packed[c] = 0;
                }
            } else {
                for (size_t c = 0; c < used; c++) {
                    const float *column = source + (ptrdiff_t)c * outer;
                    for (size_t i = 0; i < tapLength; i++) packed[i * width + c] = column[(ptrdiff_t)i * inner];
                }
                for (size_t c = used; c < width; c++)
                    for (size_t i = 0; i < tapLength; i++) packed[i * width + c] = 0;
                packed += tapLength * width;
            }
        }
        for (size_t c = 0; c < width; c++) packed[c] = bias && c < used ? bias[start + c] : 0;
        packed += width;
    }
}

/// The positions of the pixels of a block in x and y, and their rows in the grid.
typedef struct Positions {
    size_t count;
    ptrdiff_t x[CKPatchBlock], y[CKPatchBlock];
    int32_t row[CKPatchBlock];
} Positions;

CK_INLINE void find_positions(const CKPatches *p, size_t block, Positions *positions) {
    size_t area = (size_t)p->rows * (size_t)p->columns, all = area * (size_t)p->images, first = block * CKPatchBlock;
    size_t count = positions->count = least(CKPatchBlock, all - first);
    ptrdiff_t image = (ptrdiff_t)(first / area), row = (ptrdiff_t)(first % area) / p->columns,
              column = (ptrdiff_t)(first % area) % p->columns;
    for (size_t i = 0; i < count; i++) {
        positions->x[i] = image * p->xImage + row * p->xRow + column * p->xColumn;
        positions->y[i] = p->yStart + image * p->yImage + row * p->yRow + column * p->yColumn;
        positions->row[i] = (int32_t)row;
        if (++column == p->columns) {
            column = 0;
            if (++row == p->rows) row = 0, image++;
        }
    }
}

/// Some pixels by one panel, all in registers. Beyond `used` pixels the tile repeats the last one and stores nothing.
CK_INLINE void tile(
    const int pixels, const int vectors, const CKPatches *p, const float *x, const Positions *positions, size_t first,
    const float *panel, size_t channels, float *y) {
    size_t used = least((size_t)pixels, positions->count - first);
    int32_t top = positions->row[first], bottom = top;
    const float *source[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < pixels; i++) {
        size_t position = first + least((size_t)i, used - 1);
        source[i] = x + positions->x[position];
        top = positions->row[position] < top ? positions->row[position] : top;
        bottom = positions->row[position] > bottom ? positions->row[position] : bottom;
    }
    size_t width = (size_t)vectors * vectorWidth, length = (size_t)p->length;
    const float *bias = panel + (size_t)p->segments * length * width;
    Vector sum[8][2];
#pragma clang loop unroll(full)
    for (int i = 0; i < pixels; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[i][v] = ((const Vector *)bias)[v];
    for (int32_t s = 0; s < p->segments; s++) {
        if (bottom < p->firstRow[s] || top > p->lastRow[s]) continue;
        const float *at[8];
#pragma clang loop unroll(full)
        for (int i = 0; i < pixels; i++) at[i] = source[i] + p->offsets[s];
        multiply_tile(pixels, vectors, at, 1, panel + (size_t)s * length * width, 0, length, sum);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < pixels; i++) {
        if ((size_t)i >= used) continue;
        float *target = y + positions->y[first + (size_t)i];
        if (channels == width) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) ((Vector *)target)[v] = sum[i][v];
        } else {
            memcpy(target, sum[i], channels * sizeof(float));
        }
    }
}

/// Some pixels of a single channel, as products along the patch.
CK_INLINE void tile_of_channel(
    const CKPatches *p, const float *x, const Positions *positions, size_t first, const float *weights, float *y) {
    size_t used = least(channelTile, positions->count - first), length = (size_t)p->length;
    const float *source[channelTile];
    float total[channelTile];
    Vector sum[channelTile] = {{0}};
#pragma clang loop unroll(full)
    for (size_t i = 0; i < channelTile; i++) {
        source[i] = x + positions->x[first + least(i, used - 1)];
        total[i] = weights[(size_t)p->segments * length];
    }
    for (int32_t s = 0; s < p->segments; s++, weights += length) {
        size_t k = 0;
        for (; k + vectorWidth <= length; k += vectorWidth)
#pragma clang loop unroll(full)
            for (int i = 0; i < channelTile; i++)
                sum[i] += *(const Vector *)(source[i] + p->offsets[s] + k) * *(const Vector *)(weights + k);
        for (; k < length; k++)
#pragma clang loop unroll(full)
            for (int i = 0; i < channelTile; i++) total[i] += source[i][p->offsets[s] + (ptrdiff_t)k] * weights[k];
    }
    for (size_t i = 0; i < used; i++) {
        for (int v = 0; v < vectorWidth; v++) total[i] += sum[i][v];
        y[positions->y[first + i]] = total[i];
    }
}

CK_CLONES void ck_patches_forward(
    const CKPatches *p, const float *x, const float *packed, CKActivation activation, float *y, size_t block,
    size_t first, size_t last) {
    size_t channels = (size_t)p->channels, rows = (size_t)p->segments * (size_t)p->length + 1;
    Positions positions;
    find_positions(p, block, &positions);
    for (size_t panel = first; panel < last; panel++) {
        size_t start = panel * panelWidth, width = width_of_panel(panel, channels), used = least(channels - start, width);
        const float *weights = packed + rows * start;
        if (width == panelWidth)
            for (size_t i = 0; i < positions.count; i += wideTile) tile(wideTile, 2, p, x, &positions, i, weights, used, y + start);
        else if (width == 1)
            for (size_t i = 0; i < positions.count; i += channelTile) tile_of_channel(p, x, &positions, i, weights, y);
        else
            for (size_t i = 0; i < positions.count; i += narrowTile)
                tile(narrowTile, 1, p, x, &positions, i, weights, used, y + start);
    }
    size_t start = first * panelWidth, count = least(last * panelWidth, channels) - start;
    if (activation == CKActivationNone) return;
    if (count == channels && p->yColumn == p->channels)
        activate(activation, y + positions.y[0], positions.count * channels);
    else
        for (size_t i = 0; i < positions.count; i++) activate(activation, y + positions.y[i] + start, count);
}

CK_INLINE void gradient_of_panel(
    const int vectors, const CKPatches *p, const float *x, const Positions *positions, const float *dy, float *gradient) {
    size_t width = (size_t)vectors * vectorWidth, length = (size_t)p->length;
    for (int32_t s = 0; s < p->segments; s++, gradient += length * width) {
        const float *source = x + p->offsets[s];
#define GRADIENT(rows) gradient_tile(rows, vectors, source + k, positions->x, 0, positions->count, dy, gradient + k * width)
        FOR_TILES_OF_ROWS(k, length, GRADIENT)
    }
    Vector sum[2] = {{0}}, *bias = (Vector *)gradient;
    for (size_t i = 0; i < positions->count; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[v] += ((const Vector *)dy)[i * (size_t)vectors + (size_t)v];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) bias[v] += sum[v];
}

CK_INLINE void gradient_of_channel(
    const CKPatches *p, const float *x, const Positions *positions, const float *dy, float *restrict gradient) {
    size_t length = (size_t)p->length;
    for (int32_t s = 0; s < p->segments; s++, gradient += length)
        for (size_t i = 0; i < positions->count; i++) {
            const float *source = x + positions->x[i] + p->offsets[s];
            for (size_t k = 0; k < length; k++) gradient[k] += dy[i] * source[k];
        }
    for (size_t i = 0; i < positions->count; i++) *gradient += dy[i];
}

CK_CLONES void ck_patches_weight_gradient(
    const CKPatches *p, const float *x, const float *dy, size_t panel, float *gradient, size_t first, size_t last) {
    size_t channels = (size_t)p->channels, start = panel * panelWidth, width = width_of_panel(panel, channels);
    size_t used = least(channels - start, width), rows = (size_t)p->segments * (size_t)p->length + 1;
    memset(gradient, 0, rows * width * sizeof(float));
    float columns[CKPatchBlock * panelWidth] = {0};  // those of dy that belong to the panel, side by side
    for (size_t block = first; block < last; block++) {
        Positions positions;
        find_positions(p, block, &positions);
        for (size_t i = 0; i < positions.count; i++)
            for (size_t c = 0; c < used; c++) columns[i * width + c] = dy[positions.y[i] + (ptrdiff_t)(start + c)];
        if (width == panelWidth)
            gradient_of_panel(2, p, x, &positions, columns, gradient);
        else if (width == 1)
            gradient_of_channel(p, x, &positions, columns, gradient);
        else
            gradient_of_panel(1, p, x, &positions, columns, gradient);
    }
}

CK_CLONES void ck_unpack_gradient(
    const float *packed, size_t parts, size_t size, size_t channels, float *weights, float *bias, size_t first,
    size_t last) {
    size_t whole = ck_packed_size(size, channels);
    packed += first * panelWidth * (size + 1);
    for (size_t panel = first; panel < last; panel++) {
        size_t start = panel * panelWidth, width = width_of_panel(panel, channels), used = least(channels - start, width);
        for (size_t k = 0; k <= size; k++, packed += width) {
            float *target = k < size ? weights + k * channels + start : bias ? bias + start : NULL;
            if (!target) continue;
            for (size_t c = 0; c < used; c++) target[c] = packed[c];
            for (size_t part = 1; part < parts; part++)
                for (size_t c = 0; c < used; c++) target[c] += packed[part * whole + c];
        }
    }
}

void ck_pad_image(
    const float *x, size_t rows, size_t columns, size_t channels, size_t top, size_t left, size_t paddedRows,
    size_t paddedColumns, float *padded) {
    size_t line = paddedColumns * channels, used = columns * channels;
    memset(padded, 0, top * line * sizeof(float));
    padded += top * line;
    for (size_t row = 0; row < rows; row++, padded += line, x += used) {
        memset(padded, 0, left * channels * sizeof(float));
        memcpy(padded + left * channels, x, used * sizeof(float));
        memset(padded + left * channels + used, 0, (line - left * channels - used) * sizeof(float));
    }
    memset(padded, 0, (paddedRows - top - rows) * line * sizeof(float));
}
