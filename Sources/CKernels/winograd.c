#include "winograd.h"
#include "activate.h"
#include "vectors.h"

enum { tileSize = 4, patchSize = 6, points = CKWinogradPoints };

// The points of the transform beside 0 and ∞ are ±a and ±b, with a² = 1/2 and b² = 2.
static const float a = 0.70710678118654752f, b = 1.41421356237309505f;

size_t ck_winograd_tiles(const CKWinograd *p) {
    return (size_t)p->images * (size_t)((p->outRows + 3) / 4) * (size_t)((p->outColumns + 3) / 4);
}

size_t ck_winograd_stride(size_t tiles, size_t channels) { return tiles * channels + 16; }

// The four one-dimensional transforms. Each reads and writes every `step`th vector.

/// Six inputs: Bᵀ of y = Aᵀ(Gg · Bᵀd).
CK_INLINE void transform_input(const Vector *d, size_t from, Vector *v, size_t to) {
    Vector d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from], d5 = d[5 * from];
    Vector evenA = d4 - 2.0f * d2, oddA = a * (d3 - 2.0f * d1);
    Vector evenB = d4 - 0.5f * d2, oddB = b * (d3 - 0.5f * d1);
    v[0] = d0 - 2.5f * d2 + d4;
    v[to] = evenA + oddA;
    v[2 * to] = evenA - oddA;
    v[3 * to] = evenB + oddB;
    v[4 * to] = evenB - oddB;
    v[5 * to] = d1 - 2.5f * d3 + d5;
}

/// Three taps of a filter: G.
CK_INLINE void transform_filter(const Vector *g, size_t from, Vector *v, size_t to) {
    Vector g0 = g[0], g1 = g[from], g2 = g[2 * from];
    Vector evenA = (-2.0f / 3) * g0 + (-1.0f / 3) * g2, oddA = (-2.0f / 3) * a * g1;
    Vector evenB = (1.0f / 6) * g0 + (1.0f / 3) * g2, oddB = (1.0f / 6) * b * g1;
    v[0] = g0;
    v[to] = evenA + oddA;
    v[2 * to] = evenA - oddA;
    v[3 * to] = evenB + oddB;
    v[4 * to] = evenB - oddB;
    v[5 * to] = g2;
}

/// Back to four outputs: Aᵀ.
CK_INLINE void transform_output(const Vector *m, size_t from, Vector *y, size_t to) {
    Vector sumA = m[from] + m[2 * from], differenceA = a * (m[from] - m[2 * from]);
    Vector sumB = m[3 * from] + m[4 * from], differenceB = b * (m[3 * from] - m[4 * from]);
    y[0] = m[0] + sumA + sumB;
    y[to] = differenceA + differenceB;
    y[2 * to] = 0.5f * sumA + 2.0f * sumB;
    y[3 * to] = 0.5f * differenceA + 2.0f * differenceB + m[5 * from];
}

/// The transpose of `transform_output`, for four gradients of outputs: A.
CK_INLINE void transform_output_gradient(const Vector *y, size_t from, Vector *v, size_t to) {
    Vector y0 = y[0], y1 = y[from], y2 = y[2 * from], y3 = y[3 * from];
    Vector evenA = y0 + 0.5f * y2, oddA = a * (y1 + 0.5f * y3);
    Vector evenB = y0 + 2.0f * y2, oddB = b * (y1 + 2.0f * y3);
    v[0] = y0;
    v[to] = evenA + oddA;
    v[2 * to] = evenA - oddA;
    v[3 * to] = evenB + oddB;
    v[4 * to] = evenB - oddB;
    v[5 * to] = y3;
}

/// The transpose of `transform_filter`, for the gradients of three taps: Gᵀ.
CK_INLINE void transform_filter_gradient(const Vector *u, size_t from, Vector *g, size_t to) {
    Vector sumA = (-2.0f / 3) * (u[from] + u[2 * from]), differenceA = (-2.0f / 3) * a * (u[from] - u[2 * from]);
    Vector sumB = (1.0f / 6) * (u[3 * from] + u[4 * from]), differenceB = (1.0f / 6) * b * (u[3 * from] - u[4 * from]);
    g[0] = u[0] + sumA + sumB;
    g[to] = differenceA + differenceB;
    g[2 * to] = 0.5f * sumA + 2.0f * sumB + u[5 * from];
}

typedef void (*Transform)(const Vector *, size_t, Vector *, size_t);

/// A transform of both dimensions, from `side` × `side` vectors to `newSide` × `newSide` vectors, `step` vectors apart.
CK_INLINE void transform_both(const Transform transform, int side, int newSide, const Vector *from, Vector *to, size_t step) {
    Vector half[patchSize * patchSize];
#pragma clang loop unroll(full)
    for (int column = 0; column < side; column++) transform(from + column, (size_t)side, half + column, (size_t)side);
#pragma clang loop unroll(full)
    for (int row = 0; row < newSide; row++)
        transform(half + row * side, 1, to + (size_t)(row * newSide) * step, step);
}

/// The part of a square of pixels that lies inside its image; `first` is the position of the square's pixel (0, 0).
typedef struct Square {
    ptrdiff_t first;
    int32_t top, bottom, left, right;
} Square;

CK_INLINE int32_t within(int32_t x, int32_t limit) { return x < 0 ? 0 : x > limit ? limit : x; }

CK_INLINE Square square_at(int32_t image, int32_t row, int32_t column, int32_t rows, int32_t columns, int32_t size) {
    return (Square){
        .first = ((ptrdiff_t)image * rows + row) * columns + column,
        .top = within(-row, size), .bottom = within(rows - row, size),
        .left = within(-column, size), .right = within(columns - column, size)};
}

/// The outputs of a tile.
CK_INLINE Square output_square(const CKWinograd *p, size_t tile) {
    int32_t across = (p->outColumns + 3) / 4, down = (p->outRows + 3) / 4;
    int32_t row = (int32_t)(tile / (size_t)across), column = (int32_t)(tile % (size_t)across);
    return square_at(row / down, row % down * tileSize, column * tileSize, p->outRows, p->outColumns, tileSize);
}

/// The inputs that a tile's outputs depend on.
CK_INLINE Square input_square(const CKWinograd *p, size_t tile) {
    int32_t across = (p->outColumns + 3) / 4, down = (p->outRows + 3) / 4;
    int32_t row = (int32_t)(tile / (size_t)across), column = (int32_t)(tile % (size_t)across);
    return square_at(
        row / down, row % down * tileSize - p->top, column * tileSize - p->left, p->rows, p->columns, patchSize);
}

CK_INLINE int is_whole(Square s, int32_t size) {
    return s.top == 0 && s.left == 0 && s.bottom == size && s.right == size;
}

/// Reads eight channels of a square; pixels outside of the image are left as they are.
CK_INLINE void load_square(const Square s, int32_t size, const float *x, size_t columns, size_t channels, Vector *to) {
#pragma clang loop unroll(full)
    for (int32_t i = 0; i < size; i++)
#pragma clang loop unroll(full)
        for (int32_t j = 0; j < size; j++)
            if (i >= s.top && i < s.bottom && j >= s.left && j < s.right)
                to[i * size + j] =
                    *(const Vector *)(x + ((ptrdiff_t)s.first + i * (ptrdiff_t)columns + j) * (ptrdiff_t)channels);
}

/// Floats between the points of a panel of filters; not a power of two either.
CK_INLINE size_t filter_stride(size_t channels) { return (channels + 1) * panelWidth; }

size_t ck_winograd_panel(size_t channels) { return points * filter_stride(channels); }

CK_CLONES void ck_winograd_filters(
    const float *filters, ptrdiff_t tap, ptrdiff_t inner, ptrdiff_t outer, size_t channels, size_t outChannels,
    float *transformed, size_t first, size_t last) {
    enum { ahead = 8 };  // channels, whose weights lie too far apart for the processor to prefetch on its own
    for (size_t panel = first; panel < last; panel++, transformed += ck_winograd_panel(channels)) {
        size_t start = panel * panelWidth, used = least(outChannels - start, panelWidth);
        const float *source = filters + (ptrdiff_t)start * outer;
        for (size_t i = 0; i < channels; i++, source += inner) {
            Vector taps[2][9] = {{{0}}};
            if (outer == 1 && used == panelWidth) {
                for (ptrdiff_t t = 0; t < 9; t++) {
                    const Vector *weights = (const Vector *)(source + t * tap);
                    taps[0][t] = weights[0];
                    taps[1][t] = weights[1];
                    __builtin_prefetch(source + t * tap + ahead * inner);
                }
            } else {
                for (ptrdiff_t t = 0; t < 9; t++)
                    for (size_t c = 0; c < used; c++)
                        taps[c / vectorWidth][t][c % vectorWidth] = source[t * tap + (ptrdiff_t)c * outer];
            }
            for (size_t v = 0; v < 2; v++)
                transform_both(
                    transform_filter, 3, patchSize, taps[v], (Vector *)(transformed + i * panelWidth) + v,
                    filter_stride(channels) / vectorWidth);
        }
    }
}

CK_INLINE void transform_patch(
    const Square s, const float *x, size_t columns, size_t channels, size_t from, size_t to, float *target, size_t stride) {
    Vector patch[patchSize * patchSize], values[points];
    memset(patch, 0, sizeof patch);
    for (size_t c = from; c < to; c += vectorWidth) {
        load_square(s, patchSize, x + c, columns, channels, patch);
        transform_both(transform_input, patchSize, patchSize, patch, values, 1);
#pragma clang loop unroll(full)
        for (size_t f = 0; f < points; f++) *(Vector *)(target + f * stride + c) = values[f];
    }
}

CK_CLONES void ck_winograd_inputs(
    const CKWinograd *p, const float *x, size_t first, size_t count, size_t from, size_t to, float *transformed) {
    size_t channels = (size_t)p->channels, columns = (size_t)p->columns, stride = ck_winograd_stride(count, channels);
    const Square whole = {0, 0, patchSize, 0, patchSize};
    for (size_t i = 0; i < count; i++, transformed += channels) {
        Square s = input_square(p, first + i);
        if (is_whole(s, patchSize))
            transform_patch(whole, x + s.first * (ptrdiff_t)channels, columns, channels, from, to, transformed, stride);
        else
            transform_patch(s, x, columns, channels, from, to, transformed, stride);
    }
}

/// Some tiles by one panel at one point.
CK_INLINE void product_tile(const int rows, const float *inputs, size_t channels, const float *filters, Vector *products) {
    const float *source[rowTile];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) source[r] = inputs + (size_t)r * channels;
    Vector sum[rowTile][2] = {{{0}}};
    multiply_tile(rows, 2, source, 1, filters, 0, channels, sum);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) products[2 * r] = sum[r][0], products[2 * r + 1] = sum[r][1];
}

CK_CLONES void ck_winograd_outputs(
    const CKWinograd *p, const float *inputs, const float *filters, const float *bias, CKActivation activation, float *y,
    size_t first, size_t count, size_t firstPanel, size_t lastPanel) {
    size_t channels = (size_t)p->channels, outChannels = (size_t)p->outChannels;
    size_t stride = ck_winograd_stride(count, channels), weights = filter_stride(channels);
    Vector products[points * CKWinogradTiles * 2];
    for (size_t panel = firstPanel; panel < lastPanel; panel++) {
        for (size_t f = 0; f < points; f++) {
            const float *filter = filters + ((panel - firstPanel) * points + f) * weights, *source = inputs + f * stride;
            Vector *product = products + f * count * 2;
#define PRODUCT(rows) product_tile(rows, source + i * channels, channels, filter, product + i * 2)
            FOR_TILES_OF_ROWS(i, count, PRODUCT)
        }
        for (size_t start = panel * panelWidth, v = 0; v < 2 && start < outChannels; v++, start += vectorWidth) {
            Vector constant = {0};
            if (bias) constant = *(const Vector *)(bias + start);
            for (size_t i = 0; i < count; i++) {
                Vector tile[tileSize * tileSize], values[points];
#pragma clang loop unroll(full)
                for (size_t f = 0; f < points; f++) values[f] = products[(f * count + i) * 2 + v];
                transform_both(transform_output, patchSize, tileSize, values, tile, 1);
                for (int k = 0; k < tileSize * tileSize; k++) tile[k] += constant;
                activate(activation, (float *)tile, tileSize * tileSize * vectorWidth);
                Square s = output_square(p, first + i);
                for (int32_t row = 0; row < s.bottom; row++)
                    for (int32_t column = 0; column < s.right; column++)
                        *(Vector *)(y + (s.first + row * (ptrdiff_t)p->outColumns + column) * (ptrdiff_t)outChannels + start) =
                            tile[row * tileSize + column];
            }
        }
    }
}

/// The transformed gradients of the outputs of tiles, [point][panel][tile][16]; adds their sums to the bias.
CK_INLINE void transform_output_gradients(const CKWinograd *p, const float *dy, size_t first, size_t count, float *outputGradients, float *bias) {
    size_t channels = (size_t)p->outChannels, columns = (size_t)p->outColumns;
    size_t panels = (channels + panelWidth - 1) / panelWidth, stride = ck_winograd_stride(count, panels * panelWidth);
    for (size_t i = 0; i < count; i++) {
        Square s = output_square(p, first + i);
        Vector tile[tileSize * tileSize], values[points];
        memset(tile, 0, sizeof tile);
        for (size_t c = 0; c < panels * panelWidth; c += vectorWidth) {
            float *target = outputGradients + (c / panelWidth * count + i) * panelWidth + c % panelWidth;
            if (c < channels) {
                load_square(s, tileSize, dy + c, columns, channels, tile);
                transform_both(transform_output_gradient, tileSize, patchSize, tile, values, 1);
                Vector sum = tile[0];
                for (int k = 1; k < tileSize * tileSize; k++) sum += tile[k];
                *(Vector *)(bias + c) += sum;
            } else {
                memset(values, 0, sizeof values);
            }
#pragma clang loop unroll(full)
            for (size_t f = 0; f < points; f++) *(Vector *)(target + f * stride) = values[f];
        }
    }
}

CK_CLONES void ck_winograd_gradient(
    const CKWinograd *p, const float *inputs, const float *dy, size_t first, size_t count, float *outputGradients,
    float *gradient, float *bias) {
    transform_output_gradients(p, dy, first, count, outputGradients, bias);
    size_t channels = (size_t)p->channels, panels = ((size_t)p->outChannels + panelWidth - 1) / panelWidth;
    size_t inputStride = ck_winograd_stride(count, channels), outputStride = ck_winograd_stride(count, panels * panelWidth);
    for (size_t f = 0; f < points; f++)
        for (size_t panel = 0; panel < panels; panel++) {
            const float *source = inputs + f * inputStride, *dyPanel = outputGradients + f * outputStride + panel * count * panelWidth;
            float *target = gradient + (panel * points + f) * channels * panelWidth;
#define GRADIENT(rows) gradient_tile(rows, 2, source + c, NULL, channels, count, dyPanel, target + c * panelWidth)
            FOR_TILES_OF_ROWS(c, channels, GRADIENT)
        }
}

CK_CLONES void ck_winograd_filter_gradient(
    const float *gradients, size_t parts, size_t channels, size_t outChannels, float *filters, size_t first, size_t last) {
    size_t panels = (outChannels + panelWidth - 1) / panelWidth, whole = panels * points * channels * 2;
    const Vector *source = (const Vector *)gradients + first * points * channels * 2;
    for (size_t panel = first; panel < last; panel++, source += points * channels * 2)
        for (size_t c = 0; c < channels; c++)
            for (size_t v = 0; v < 2 && panel * panelWidth + v * vectorWidth < outChannels; v++) {
                Vector values[points], taps[9];
#pragma clang loop unroll(full)
                for (size_t f = 0; f < points; f++) values[f] = source[(f * channels + c) * 2 + v];
                for (size_t part = 1; part < parts; part++)
#pragma clang loop unroll(full)
                    for (size_t f = 0; f < points; f++) values[f] += source[part * whole + (f * channels + c) * 2 + v];
                transform_both(transform_filter_gradient, patchSize, 3, values, taps, 1);
                for (size_t t = 0; t < 9; t++)
                    *(Vector *)(filters + (t * channels + c) * outChannels + panel * panelWidth + v * vectorWidth) = taps[t];
            }
}
