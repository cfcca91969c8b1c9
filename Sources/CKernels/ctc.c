#include "ctc.h"
#include <math.h>

static double log_add(double a, double b) {
    double larger = a > b ? a : b, smaller = a > b ? b : a;
    return smaller == -INFINITY ? larger : larger + log1p(exp(smaller - larger));
}

/// The class at a position of the labels with blanks around them: blank, l₁, blank, l₂, …, blank.
static int32_t class_at(const int32_t *labels, int32_t blank, size_t position) {
    return position % 2 ? labels[position / 2] : blank;
}

/// Whether a path may skip the blank before this position: not between equal labels.
static int jumps_to(const int32_t *labels, size_t position) {
    return position % 2 && position > 2 && labels[position / 2] != labels[position / 2 - 1];
}

/// Log-probabilities [steps, classes], forward variables α and backward variables β [steps, positions], both including
/// the step's own probability. Returns the log-probability of all paths.
static double sum_paths(
    const double *logs, size_t steps, size_t classes, const int32_t *labels, size_t length, int32_t blank, double *alpha,
    double *beta) {
    size_t positions = 2 * length + 1, last = steps - 1;
    for (size_t i = 0; i < steps * positions; i++) alpha[i] = beta[i] = -INFINITY;
    for (size_t s = 0; s < positions && s < 2; s++) alpha[s] = logs[class_at(labels, blank, s)];
    for (size_t t = 1; t < steps; t++) {
        const double *before = alpha + (t - 1) * positions;
        for (size_t s = 0; s < positions; s++) {
            double sum = before[s];
            if (s > 0) sum = log_add(sum, before[s - 1]);
            if (jumps_to(labels, s)) sum = log_add(sum, before[s - 2]);
            alpha[t * positions + s] = sum + logs[t * classes + class_at(labels, blank, s)];
        }
    }
    for (size_t s = positions < 2 ? 0 : positions - 2; s < positions; s++)
        beta[last * positions + s] = logs[last * classes + class_at(labels, blank, s)];
    for (size_t t = last; t-- > 0;) {
        const double *after = beta + (t + 1) * positions;
        for (size_t s = 0; s < positions; s++) {
            double sum = after[s];
            if (s + 1 < positions) sum = log_add(sum, after[s + 1]);
            if (s + 2 < positions && jumps_to(labels, s + 2)) sum = log_add(sum, after[s + 2]);
            beta[t * positions + s] = sum + logs[t * classes + class_at(labels, blank, s)];
        }
    }
    double total = alpha[last * positions + positions - 1];
    return positions > 1 ? log_add(total, alpha[last * positions + positions - 2]) : total;
}

#define CTC(NAME, NUMBER)                                                                                              \
    double ck_ctc_##NAME(                                                                                              \
        const NUMBER *logits, size_t steps, size_t classes, const int32_t *labels, size_t length, int32_t blank,       \
        double *scratch, NUMBER *gradient) {                                                                           \
        size_t positions = 2 * length + 1;                                                                             \
        double *logs = scratch, *alpha = logs + steps * classes, *beta = alpha + steps * positions;                    \
        for (size_t t = 0; t < steps; t++) {                                                                           \
            const NUMBER *row = logits + t * classes;                                                                  \
            double largest = row[0], sum = 0;                                                                          \
            for (size_t c = 1; c < classes; c++) largest = row[c] > largest ? row[c] : largest;                        \
            for (size_t c = 0; c < classes; c++) sum += exp(row[c] - largest);                                         \
            for (size_t c = 0; c < classes; c++) logs[t * classes + c] = row[c] - largest - log(sum);                  \
        }                                                                                                              \
        double total = sum_paths(logs, steps, classes, labels, length, blank, alpha, beta);                            \
        for (size_t t = 0; gradient && t < steps; t++) {                                                               \
            NUMBER *derivative = gradient + t * classes;                                                               \
            const double *log_p = logs + t * classes;                                                                  \
            for (size_t c = 0; c < classes; c++) derivative[c] = (NUMBER)exp(log_p[c]);                                \
            for (size_t s = 0; s < positions; s++) {                                                                   \
                int32_t c = class_at(labels, blank, s);                                                                \
                if (alpha[t * positions + s] == -INFINITY || beta[t * positions + s] == -INFINITY) continue;           \
                derivative[c] -= (NUMBER)exp(alpha[t * positions + s] + beta[t * positions + s] - log_p[c] - total);   \
            }                                                                                                          \
        }                                                                                                              \
        return -total;                                                                                                 \
    }

CTC(float, float)
CTC(double, double)
