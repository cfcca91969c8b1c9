#include "cross_entropy.h"
#include "vmath.h"
#include <math.h>

// The total of a row is log Σ exp(logits − largest), without the largest one, whose exponential is 1: log1p keeps the
// digits of a sure answer.
#define CROSS_ENTROPY(NAME, NUMBER, EXP, LOG1P)                                                                        \
    CK_INLINE NUMBER largest_##NAME(const NUMBER *logits, size_t classes) {                                            \
        NUMBER largest = logits[0];                                                                                    \
        for (size_t c = 1; c < classes; c++) largest = logits[c] > largest ? logits[c] : largest;                      \
        return largest;                                                                                                \
    }                                                                                                                  \
    CK_INLINE NUMBER log_total_##NAME(const NUMBER *logits, size_t classes, NUMBER largest) {                          \
        NUMBER others = 0, ties = -1;                                                                                  \
        for (size_t c = 0; c < classes; c++) {                                                                         \
            NUMBER distance = logits[c] - largest;                                                                     \
            others += distance == 0 ? 0 : EXP(distance);                                                               \
            ties += distance == 0;                                                                                     \
        }                                                                                                              \
        return LOG1P(others + ties);                                                                                   \
    }                                                                                                                  \
    CK_CLONES void ck_log_softmax_##NAME(                                                                              \
        const NUMBER *restrict logits, size_t rows, size_t classes, NUMBER *restrict out) {                            \
        for (size_t row = 0; row < rows; row++, logits += classes, out += classes) {                                   \
            NUMBER largest = largest_##NAME(logits, classes), total = log_total_##NAME(logits, classes, largest);      \
            for (size_t c = 0; c < classes; c++) out[c] = logits[c] - largest - total;                                 \
        }                                                                                                              \
    }                                                                                                                  \
    CK_CLONES void ck_cross_entropy_##NAME(                                                                            \
        const NUMBER *restrict logits, const int32_t *restrict labels, size_t rows, size_t classes, NUMBER smoothing,  \
        NUMBER *restrict terms) {                                                                                      \
        for (size_t row = 0; row < rows; row++, logits += classes) {                                                   \
            NUMBER largest = largest_##NAME(logits, classes), all = 0;                                                 \
            NUMBER term = log_total_##NAME(logits, classes, largest);                                                  \
            term += (1 - smoothing) * (largest - logits[labels[row]]);                                                 \
            if (smoothing != 0) {                                                                                      \
                for (size_t c = 0; c < classes; c++) all += largest - logits[c];                                       \
                term += smoothing / (NUMBER)classes * all;                                                             \
            }                                                                                                          \
            terms[row] = term;                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
    CK_CLONES void ck_cross_entropy_gradient_##NAME(                                                                   \
        const NUMBER *restrict logits, const int32_t *restrict labels, const NUMBER *restrict scales, size_t rows,     \
        size_t classes, NUMBER smoothing, NUMBER *restrict gradient) {                                                 \
        for (size_t row = 0; row < rows; row++, logits += classes, gradient += classes) {                              \
            NUMBER scale = scales[row], everywhere = scale * smoothing / (NUMBER)classes;                              \
            if (scale == 0) { /* a row that is left out, whatever its logits are */                                    \
                for (size_t c = 0; c < classes; c++) gradient[c] = 0;                                                  \
                continue;                                                                                              \
            }                                                                                                          \
            size_t label = (size_t)labels[row];                                                                        \
            NUMBER largest = largest_##NAME(logits, classes), others = 0;                                              \
            for (size_t c = 0; c < classes; c++) gradient[c] = EXP(logits[c] - largest);                               \
            NUMBER right = gradient[label];                                                                            \
            gradient[label] = 0;                                                                                       \
            for (size_t c = 0; c < classes; c++) others += gradient[c];                                                \
            NUMBER share = scale / (others + right);                                                                   \
            for (size_t c = 0; c < classes; c++) gradient[c] = gradient[c] * share - everywhere;                       \
            gradient[label] = scale * smoothing - others * share - everywhere;                                         \
        }                                                                                                              \
    }

CROSS_ENTROPY(float, float, ck_exp, log1pf)
CROSS_ENTROPY(double, double, exp, log1p)
