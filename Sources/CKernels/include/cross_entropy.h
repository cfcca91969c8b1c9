#pragma once
#include <stddef.h>
#include <stdint.h>

/// The mean over rows of log Σ exp(logits) - logits[label]: softmax and cross-entropy in one, which cannot overflow.
double ck_cross_entropy_float(const float *logits, const int32_t *labels, size_t rows, size_t classes);
double ck_cross_entropy_double(const double *logits, const int32_t *labels, size_t rows, size_t classes);

/// Its gradient times `scale` · rows: scale · (softmax(logits) - onehot(label)).
void ck_cross_entropy_gradient_float(
    const float *logits, const int32_t *labels, size_t rows, size_t classes, float scale, float *gradient);
void ck_cross_entropy_gradient_double(
    const double *logits, const int32_t *labels, size_t rows, size_t classes, double scale, double *gradient);
