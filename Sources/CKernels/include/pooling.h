#pragma once
#include <stddef.h>
#include <stdint.h>

/// Windows over images [rows, columns, channels]. Window (i, j) of outRows × outColumns covers the rows from
/// firstRow[i] up to endRow[i], and columns likewise; none is empty.
typedef struct CKPooling {
    int32_t rows, columns, channels;
    int32_t outRows, outColumns;
    const int32_t *firstRow, *endRow, *firstColumn, *endColumn;
} CKPooling;

/// The largest element of each window of one image, and its position in the image. A NaN counts as the largest.
void ck_max_pool_float(const CKPooling *pooling, const float *x, float *y, int32_t *positions);
void ck_max_pool_double(const CKPooling *pooling, const double *x, double *y, int32_t *positions);

/// y[i] = x[positions[i]]
void ck_gather_positions_float(const float *x, const int32_t *positions, size_t count, float *y);
void ck_gather_positions_double(const double *x, const int32_t *positions, size_t count, double *y);

/// x[positions[i]] += y[i], from zeros: the transpose of max pooling for one image.
void ck_max_spread_float(const CKPooling *pooling, const float *y, const int32_t *positions, float *x);
void ck_max_spread_double(const CKPooling *pooling, const double *y, const int32_t *positions, double *x);

/// The mean of each window of one image. `line` is scratch memory for a row of it.
void ck_average_pool_float(const CKPooling *pooling, const float *x, float *y, float *line);
void ck_average_pool_double(const CKPooling *pooling, const double *x, double *y, double *line);

/// The transpose of the mean: the element of a window is spread evenly over it. `line` is scratch memory for a row of
/// the image.
void ck_average_spread_float(const CKPooling *pooling, const float *y, float *x, float *line);
void ck_average_spread_double(const CKPooling *pooling, const double *y, double *x, double *line);
