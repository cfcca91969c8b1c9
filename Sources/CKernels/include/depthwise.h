#pragma once
#include <stddef.h>
#include <stdint.h>

/// A convolution that keeps channels apart, over images [rows, columns, channels] with filters [filterRows,
/// filterColumns, channels].
typedef struct CKDepthwise {
    int32_t rows, columns, channels;
    int32_t outRows, outColumns;
    int32_t filterRows, filterColumns;
    int32_t strideRows, strideColumns;
    int32_t dilationRows, dilationColumns;
    int32_t top, left;
} CKDepthwise;

/// The tensors of output = input ∗ filter. Any two give the third, as the derivative of Σ output · (input ∗ filter) for
/// it.
typedef enum __attribute__((enum_extensibility(closed))) CKRole : int32_t { CKRoleInput, CKRoleFilter, CKRoleOutput } CKRole;


/// A role's tensor for one image and the channels from `first` up to `last`, of the two that follow it in the cycle
/// input, filter, output: the output is made of input and filter, the input of filter and output. The filter, made of
/// output and input, is added to.
void ck_depthwise_float(
    CKRole role, const CKDepthwise *d, const float *a, const float *b, float *result, size_t first, size_t last);
void ck_depthwise_double(
    CKRole role, const CKDepthwise *d, const double *a, const double *b, double *result, size_t first, size_t last);
