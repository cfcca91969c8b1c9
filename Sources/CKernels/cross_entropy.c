#include "cross_entropy.h"
#include "vmath.h"
#include <math.h>

#define CROSS_ENTROPY(NAME, NUMBER, EXP, LOG)                                                                          \
    CK_INLINE NUMBER largest_##NAME(const NUMBER *logits, size_t classes) {                                            \
        NUMBER largest = logits[0];                                                                                    \
        for (size_t c = 1; c < classes; c++) largest = logits[c] > largest ? logits[c] : largest;                      \
        return largest;                                                                                                \
    }                                                                                                                  \
    CK_CLONES void ck_cross_entropy_##NAME(                                                                            \
        const NUMBER *restrict logits, const int32_t *restrict labels, size_t rows, size_t classes, NUMBER smoothing,  \
        NUMBER *restrict terms) {                                                                                      \
        for (size_t row = 0; row < rows; row++, logits += classes) {                                                   \
            NUMBER largest = largest_##NAME(logits, classes), sum = 0, total = 0;                                      \
            for (size_t c = 0; c < classes; c++) sum += EXP(logits[c] - largest);                                      \
            NUMBER term = LOG(sum) + (1 - smoothing) * (largest - logits[labels[row]]);                                \
            if (smoothing != 0) {                                                                                      \
                for (size_t c = 0; c < classes; c++) total += largest - logits[c];                                     \
                term += smoothing / (NUMBER)classes * total;                                                           \
            }                                                                                                          \
            terms[row] = term;                                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
    CK_CLONES void ck_cross_entropy_gradient_##NAME(                                                                   \
        const NUMBER *restrict logits, const int32_t *restrict labels, const NUMBER *restrict scales, size_t rows,     \
        size_t classes, NUMBER smoothing, NUMBER *restrict gradient) {                                                 \
        for (size_t row = 0; row < rows; row++, logits += classes, gradient += classes) {                              \
            NUMBER largest = largest_##NAME(logits, classes), sum = 0, scale = scales[row];                            \
            for (size_t c = 0; c < classes; c++) gradient[c] = EXP(logits[c] - largest);                               \
            for (size_t c = 0; c < classes; c++) sum += gradient[c];                                                   \
            NUMBER share = scale / sum, everywhere = scale * smoothing / (NUMBER)classes;                              \
            for (size_t c = 0; c < classes; c++) gradient[c] = gradient[c] * share - everywhere;                       \
            gradient[labels[row]] -= scale * (1 - smoothing);                                                          \
        }                                                                                                              \
    }

CROSS_ENTROPY(float, float, ck_exp, logf)
CROSS_ENTROPY(double, double, exp, log)
