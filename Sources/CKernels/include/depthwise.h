#pragma once
#include <stddef.h>
#include <stdint.h>

/// A convolution that keeps channels apart, over images [rows, columns, channels] with filters [filterRows, filterColumns, channels].
typedef struct CKDepthwise {
    int32_t rows, columns, channels;
    int32_t outRows, outColumns;
    int32_t filterRows, filterColumns;
    int32_t strideRows, strideColumns;
    int32_t dilationRows, dilationColumns;
    int32_t top, left;
} CKDepthwise;

// Each works on one image, on the channels from `first` up to `last`.

/// y = x ∗ w
void ck_depthwise_float(const CKDepthwise *d, const float *x, const float *w, float *y, size_t first, size_t last);
void ck_depthwise_double(const CKDepthwise *d, const double *x, const double *w, double *y, size_t first, size_t last);

/// The gradient of Σ dy · (x ∗ w) for x.
void ck_depthwise_input_gradient_float(
    const CKDepthwise *d, const float *dy, const float *w, float *dx, size_t first, size_t last);
void ck_depthwise_input_gradient_double(
    const CKDepthwise *d, const double *dy, const double *w, double *dx, size_t first, size_t last);

/// Adds the gradient of Σ dy · (x ∗ w) for w to dw.
void ck_depthwise_filter_gradient_float(
    const CKDepthwise *d, const float *x, const float *dy, float *dw, size_t first, size_t last);
void ck_depthwise_filter_gradient_double(
    const CKDepthwise *d, const double *x, const double *dy, double *dw, size_t first, size_t last);
