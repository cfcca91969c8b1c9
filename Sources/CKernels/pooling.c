#include "pooling.h"
#include "vmath.h"

/// A window's rows and columns.
typedef struct Window {
    int32_t firstRow, endRow, firstColumn, endColumn;
} Window;

CK_INLINE Window window_at(const CKPooling *p, int32_t row, int32_t column) {
    return (Window){p->firstRow[row], p->endRow[row], p->firstColumn[column], p->endColumn[column]};
}

#define POOLING(NAME, NUMBER)                                                                                          \
    CK_CLONES void ck_max_pool_##NAME(const CKPooling *p, const NUMBER *x, NUMBER *y, int32_t *places) {               \
        int32_t channels = p->channels;                                                                                \
        for (int32_t row = 0; row < p->outRows; row++)                                                                 \
            for (int32_t column = 0; column < p->outColumns; column++, y += channels, places += channels) {            \
                Window w = window_at(p, row, column);                                                                  \
                int32_t start = (w.firstRow * p->columns + w.firstColumn) * channels;                                  \
                for (int32_t c = 0; c < channels; c++) y[c] = x[start + c], places[c] = start + c;                     \
                for (int32_t i = w.firstRow; i < w.endRow; i++)                                                       \
                    for (int32_t j = w.firstColumn; j < w.endColumn; j++) {                                           \
                        int32_t from = (i * p->columns + j) * channels;                                                \
                        for (int32_t c = 0; c < channels; c++) {                                                       \
                            NUMBER value = x[from + c], best = y[c];                                                   \
                            int wins = (value > best) | (value != value);                                              \
                            y[c] = wins ? value : best;                                                                \
                            places[c] = wins ? from + c : places[c];                                                   \
                        }                                                                                              \
                    }                                                                                                  \
            }                                                                                                          \
    }                                                                                                                  \
    void ck_gather_places_##NAME(const NUMBER *x, const int32_t *places, size_t count, NUMBER *y) {                    \
        for (size_t i = 0; i < count; i++) y[i] = x[places[i]];                                                        \
    }                                                                                                                  \
    void ck_scatter_places_##NAME(const NUMBER *y, const int32_t *places, size_t count, NUMBER *x, size_t size) {      \
        memset(x, 0, size * sizeof(NUMBER));                                                                           \
        for (size_t i = 0; i < count; i++) x[places[i]] += y[i];                                                       \
    }                                                                                                                  \
    CK_CLONES void ck_average_pool_##NAME(const CKPooling *p, const NUMBER *restrict x, NUMBER *restrict y) {          \
        int32_t channels = p->channels;                                                                                \
        for (int32_t row = 0; row < p->outRows; row++)                                                                 \
            for (int32_t column = 0; column < p->outColumns; column++, y += channels) {                                \
                Window w = window_at(p, row, column);                                                                  \
                NUMBER share = (NUMBER)1 / (NUMBER)((w.endRow - w.firstRow) * (w.endColumn - w.firstColumn));        \
                for (int32_t c = 0; c < channels; c++) y[c] = 0;                                                       \
                for (int32_t i = w.firstRow; i < w.endRow; i++)                                                       \
                    for (int32_t j = w.firstColumn; j < w.endColumn; j++) {                                           \
                        const NUMBER *from = x + (i * p->columns + j) * channels;                                      \
                        for (int32_t c = 0; c < channels; c++) y[c] += from[c];                                        \
                    }                                                                                                  \
                for (int32_t c = 0; c < channels; c++) y[c] *= share;                                                  \
            }                                                                                                          \
    }                                                                                                                  \
    CK_CLONES void ck_average_spread_##NAME(const CKPooling *p, const NUMBER *restrict y, NUMBER *restrict x) {        \
        int32_t channels = p->channels;                                                                                \
        memset(x, 0, (size_t)p->rows * (size_t)p->columns * (size_t)channels * sizeof(NUMBER));                        \
        for (int32_t row = 0; row < p->outRows; row++)                                                                 \
            for (int32_t column = 0; column < p->outColumns; column++, y += channels) {                                \
                Window w = window_at(p, row, column);                                                                  \
                NUMBER share = (NUMBER)1 / (NUMBER)((w.endRow - w.firstRow) * (w.endColumn - w.firstColumn));        \
                for (int32_t i = w.firstRow; i < w.endRow; i++)                                                       \
                    for (int32_t j = w.firstColumn; j < w.endColumn; j++) {                                           \
                        NUMBER *to = x + (i * p->columns + j) * channels;                                              \
                        for (int32_t c = 0; c < channels; c++) to[c] += y[c] * share;                                  \
                    }                                                                                                  \
            }                                                                                                          \
    }

POOLING(float, float)
POOLING(double, double)
