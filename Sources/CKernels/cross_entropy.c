#include "cross_entropy.h"
#include "vmath.h"
#include <math.h>

#define CROSS_ENTROPY(NAME, NUMBER, EXP)                                                                               \
    CK_INLINE NUMBER largest_##NAME(const NUMBER *logits, size_t classes) {                                            \
        NUMBER largest = logits[0];                                                                                    \
        for (size_t c = 1; c < classes; c++) largest = logits[c] > largest ? logits[c] : largest;                      \
        return largest;                                                                                                \
    }                                                                                                                  \
    CK_CLONES double ck_cross_entropy_##NAME(                                                                          \
        const NUMBER *logits, const int32_t *labels, size_t rows, size_t classes) {                                    \
        double loss = 0;                                                                                               \
        for (size_t row = 0; row < rows; row++, logits += classes) {                                                   \
            NUMBER largest = largest_##NAME(logits, classes), sum = 0;                                                 \
            for (size_t c = 0; c < classes; c++) sum += EXP(logits[c] - largest);                                      \
            loss += log((double)sum) + (double)(largest - logits[labels[row]]);                                        \
        }                                                                                                              \
        return loss / (double)rows;                                                                                    \
    }                                                                                                                  \
    CK_CLONES void ck_cross_entropy_gradient_##NAME(                                                                   \
        const NUMBER *restrict logits, const int32_t *restrict labels, size_t rows, size_t classes, NUMBER scale,      \
        NUMBER *restrict gradient) {                                                                                   \
        for (size_t row = 0; row < rows; row++, logits += classes, gradient += classes) {                              \
            NUMBER largest = largest_##NAME(logits, classes), sum = 0;                                                 \
            for (size_t c = 0; c < classes; c++) gradient[c] = EXP(logits[c] - largest);                               \
            for (size_t c = 0; c < classes; c++) sum += gradient[c];                                                   \
            NUMBER share = scale / sum;                                                                                \
            for (size_t c = 0; c < classes; c++) gradient[c] *= share;                                                 \
            gradient[labels[row]] -= scale;                                                                            \
        }                                                                                                              \
    }

CROSS_ENTROPY(float, float, ck_exp)
CROSS_ENTROPY(double, double, exp)
