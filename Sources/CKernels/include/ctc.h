#pragma once
#include <stddef.h>
#include <stdint.h>

/// -log of the probability that the outputs of one sequence spell its labels, by any alignment with blanks between and
/// repeats within them (Graves et al. 2006); and its gradient, unless that is NULL. Computed in logarithms, in double
/// precision. Logits are [steps, classes]; scratch has steps · (classes + 2 · (2 · length + 1)) elements.
double ck_ctc_float(
    const float *logits, size_t steps, size_t classes, const int32_t *labels, size_t length, int32_t blank,
    double *scratch, float *gradient);
double ck_ctc_double(
    const double *logits, size_t steps, size_t classes, const int32_t *labels, size_t length, int32_t blank,
    double *scratch, double *gradient);
