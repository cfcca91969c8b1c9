#pragma once
#include <stddef.h>
#include <stdint.h>

/// For each row logits - log Σ exp(logits), rounded only once where it is near 0.
void ck_log_softmax_float(const float *logits, size_t rows, size_t classes, float *out);
void ck_log_softmax_double(const double *logits, size_t rows, size_t classes, double *out);

/// For each row log Σ exp(logits) - Σ target · logits: softmax and cross-entropy in one formula, which cannot overflow.
/// The target is 1 - smoothing at the label, and smoothing / classes everywhere.
void ck_cross_entropy_float(
    const float *logits, const int32_t *labels, size_t rows, size_t classes, float smoothing, float *terms);
void ck_cross_entropy_double(
    const double *logits, const int32_t *labels, size_t rows, size_t classes, double smoothing, double *terms);

/// Its gradient: for each row scale · (softmax(logits) - target); 0 where scale is 0, whatever the logits are.
void ck_cross_entropy_gradient_float(
    const float *logits, const int32_t *labels, const float *scales, size_t rows, size_t classes, float smoothing,
    float *gradient);
void ck_cross_entropy_gradient_double(
    const double *logits, const int32_t *labels, const double *scales, size_t rows, size_t classes, double smoothing,
    double *gradient);
