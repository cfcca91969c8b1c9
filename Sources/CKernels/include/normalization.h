#pragma once
#include <stddef.h>
#include <stdint.h>

// Normalization of columns: x is [rows, channels], and every channel has a mean, a scale and an offset. The activation
// that follows is f(z) = z where z is positive and slope · z elsewhere: none for a slope of 1, ReLU for 0, leaky ReLU
// in between.

/// The mean of each column, and the sum of the squared distances from it.
void ck_column_moments(size_t rows, size_t channels, const float *x, double *mean, double *distance);

/// From moments [sets, parts, 2, channels] (means and distances) of parts with these numbers of rows: the means and
/// variances [sets, channels] of all rows (Chan, Golub and LeVeque 1983, eq. 1.5), and of all in a group of channels,
/// which stand side by side.
void ck_join_moments(size_t sets, size_t parts, size_t channels, size_t group, const int64_t *rows, double *moments,
                     double *mean, double *variance);

/// What the other loops read: center = mean, inverse = 1 / √(variance + epsilon).
void ck_normalization_constants(size_t n, const double *mean, const double *variance, double epsilon, float *center,
                                float *inverse);

/// y = f((x - center) inverse gamma + beta)
void ck_normalize(size_t rows, size_t channels, const float *x, const float *center, const float *inverse, const float *gamma,
                  const float *beta, float slope, float *y);

/// Sums each column of dz and of dz (x - center), dz being the gradient before f.
void ck_normalization_sums(size_t rows, size_t channels, const float *x, const float *dy, const float *center,
                           const float *inverse, const float *gamma, const float *beta, float slope, double *sums,
                           double *products);

/// From those sums [sets, parts, 2, channels], where `count` rows share their statistics: the tilt and shift of dx,
/// which is dz inverse gamma + (x - center) tilt + shift, and the gradients of gamma and beta. The statistics are
/// constants if the count is infinite.
void ck_normalization_slopes(size_t sets, size_t parts, size_t channels, size_t group, double count, const double *sums,
                             const float *inverse, const float *gamma, float *tilt, float *shift, float *d_gamma,
                             float *d_beta);

/// dx = dz inverse gamma + (x - center) tilt + shift
void ck_normalization_gradient(size_t rows, size_t channels, const float *x, const float *dy, const float *center,
                               const float *inverse, const float *gamma, const float *beta, float slope, const float *tilt,
                               const float *shift, float *dx);

/// The same with a mean and a variance for each row, and no slope: y = (x - mean) inverse gamma + beta.
void ck_normalize_rows(size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
                       float *mean, float *inverse, float *y);

/// The gradients of ck_normalize_rows; those of gamma and beta are added to, and dx may be null.
void ck_normalize_rows_gradient(size_t rows, size_t channels, const float *x, const float *dy, const float *mean,
                                const float *inverse, const float *gamma, float *dx, float *d_gamma, float *d_beta);
