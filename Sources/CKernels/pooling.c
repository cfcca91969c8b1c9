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
                for (int32_t i = w.firstRow; i < w.endRow; i++)                                                        \
                    for (int32_t j = w.firstColumn; j < w.endColumn; j++) {                                            \
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
    CK_CLONES void ck_max_spread_##NAME(                                                                               \
        const CKPooling *p, const NUMBER *y, const int32_t *places, NUMBER *restrict x) {                              \
        int32_t channels = p->channels;                                                                                \
        memset(x, 0, (size_t)p->rows * (size_t)p->columns * (size_t)channels * sizeof(NUMBER));                        \
        for (int32_t row = 0; row < p->outRows; row++)                                                                 \
            for (int32_t column = 0; column < p->outColumns; column++, y += channels, places += channels) {            \
                Window w = window_at(p, row, column);                                                                  \
                for (int32_t i = w.firstRow; i < w.endRow; i++)                                                        \
                    for (int32_t j = w.firstColumn; j < w.endColumn; j++) {                                            \
                        int32_t to = (i * p->columns + j) * channels;                                                  \
                        for (int32_t c = 0; c < channels; c++) x[to + c] += places[c] == to + c ? y[c] : 0;            \
                    }                                                                                                  \
            }                                                                                                          \
    }                                                                                                                  \
    CK_CLONES void ck_average_pool_##NAME(                                                                             \
        const CKPooling *p, const NUMBER *restrict x, NUMBER *restrict y, NUMBER *restrict line) {                     \
        int32_t channels = p->channels, length = p->columns * channels;                                                \
        for (int32_t row = 0; row < p->outRows; row++) {                                                               \
            int32_t first = p->firstRow[row], end = p->endRow[row];                                                    \
            for (int32_t k = 0; k < length; k++) line[k] = x[first * length + k];                                      \
            for (int32_t i = first + 1; i < end; i++)                                                                  \
                for (int32_t k = 0; k < length; k++) line[k] += x[i * length + k];                                     \
            for (int32_t column = 0; column < p->outColumns; column++, y += channels) {                                \
                int32_t left = p->firstColumn[column], right = p->endColumn[column];                                   \
                NUMBER share = (NUMBER)1 / (NUMBER)((end - first) * (right - left));                                   \
                for (int32_t c = 0; c < channels; c++) y[c] = line[left * channels + c];                               \
                for (int32_t j = left + 1; j < right; j++)                                                             \
                    for (int32_t c = 0; c < channels; c++) y[c] += line[j * channels + c];                             \
                for (int32_t c = 0; c < channels; c++) y[c] *= share;                                                  \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    CK_CLONES void ck_average_spread_##NAME(                                                                           \
        const CKPooling *p, const NUMBER *restrict y, NUMBER *restrict x, NUMBER *restrict line) {                     \
        int32_t channels = p->channels, length = p->columns * channels;                                                \
        memset(x, 0, (size_t)p->rows * (size_t)length * sizeof(NUMBER));                                               \
        for (int32_t row = 0; row < p->outRows; row++) {                                                               \
            int32_t first = p->firstRow[row], end = p->endRow[row];                                                    \
            memset(line, 0, (size_t)length * sizeof(NUMBER));                                                          \
            for (int32_t column = 0; column < p->outColumns; column++, y += channels) {                                \
                int32_t left = p->firstColumn[column], right = p->endColumn[column];                                   \
                NUMBER share = (NUMBER)1 / (NUMBER)((end - first) * (right - left));                                   \
                for (int32_t j = left; j < right; j++)                                                                 \
                    for (int32_t c = 0; c < channels; c++) line[j * channels + c] += y[c] * share;                     \
            }                                                                                                          \
            for (int32_t i = first; i < end; i++)                                                                      \
                for (int32_t k = 0; k < length; k++) x[i * length + k] += line[k];                                     \
        }                                                                                                              \
    }

POOLING(float, float)
POOLING(double, double)
