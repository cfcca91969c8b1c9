#include "optimizers.h"
#include "vmath.h"
#include <float.h>

// A gradient beyond this is taken as this, whose square is finite: with an infinite one in its average the weight would
// never move again. NaN stays what it is.
#define LARGEST 1e18f

CK_INLINE float bounded(float gradient) {
    gradient = gradient > LARGEST ? LARGEST : gradient;
    return gradient < -LARGEST ? -LARGEST : gradient;
}

CK_CLONES void ck_sgd(
    float *restrict weights, const float *restrict gradients, float *restrict velocity, size_t count, float rate,
    float momentum, int nesterov, float decay) {
    if (!velocity) {
        for (size_t i = 0; i < count; i++) weights[i] -= rate * (gradients[i] + decay * weights[i]);
        return;
    }
    float ahead = nesterov ? momentum : 1.0f, now = nesterov ? 1.0f : 0.0f;
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i] + decay * weights[i];
        float moving = momentum * velocity[i] + gradient;
        velocity[i] = moving;
        weights[i] -= rate * (now * gradient + ahead * moving);
    }
}

// Null pointers are constants where this is called, so that each use becomes a loop without branches.
CK_INLINE void adam_loop(
    float *restrict weights, const float *restrict gradients, float *restrict mean, float *restrict square,
    float *restrict largest, size_t count, CKAdam a) {
    for (size_t i = 0; i < count; i++) {
        float weight = weights[i] * a.shrink;
        float gradient = bounded(gradients[i] + a.decay * weight);
        float m = mean[i] + (1.0f - a.beta1) * (gradient - mean[i]);
        float v = a.beta2 * square[i] + (1.0f - a.beta2) * gradient * gradient;
        mean[i] = m;
        square[i] = v;
        if (largest) {
            v = largest[i] > v ? largest[i] : v;
            largest[i] = v;
        }
        weights[i] = weight - (a.averageRate * m + a.gradientRate * gradient) / (__builtin_sqrtf(v) * a.rootScale + a.epsilon);
    }
}

CK_CLONES void ck_adam(
    float *restrict weights, const float *restrict gradients, float *restrict mean, float *restrict square,
    float *restrict largest, size_t count, CKAdam adam) {
    if (largest) adam_loop(weights, gradients, mean, square, largest, count, adam);
    else adam_loop(weights, gradients, mean, square, 0, count, adam);
}

CK_INLINE void rmsprop_loop(
    float *restrict weights, const float *restrict gradients, float *restrict square, float *restrict mean,
    float *restrict velocity, size_t count, CKRMSProp o) {
    for (size_t i = 0; i < count; i++) {
        float gradient = bounded(gradients[i] + o.decay * weights[i]);
        float v = o.rho * square[i] + (1.0f - o.rho) * gradient * gradient;
        square[i] = v;
        if (mean) {
            float m = mean[i] + (1.0f - o.rho) * (gradient - mean[i]);
            mean[i] = m;
            // The difference of nearly equal numbers is uncertain by a unit in the last place of each.
            float variance = v - m * m, least = v * FLT_EPSILON;
            v = variance > least ? variance : least;
        }
        float step = gradient / (__builtin_sqrtf(v) + o.epsilon);
        if (velocity) {
            step = o.momentum * velocity[i] + step;
            velocity[i] = step;
        }
        weights[i] -= o.rate * step;
    }
}

CK_CLONES void ck_rmsprop(
    float *restrict weights, const float *restrict gradients, float *restrict square, float *restrict mean,
    float *restrict velocity, size_t count, CKRMSProp options) {
    if (mean && velocity) rmsprop_loop(weights, gradients, square, mean, velocity, count, options);
    else if (mean) rmsprop_loop(weights, gradients, square, mean, 0, count, options);
    else if (velocity) rmsprop_loop(weights, gradients, square, 0, velocity, count, options);
    else rmsprop_loop(weights, gradients, square, 0, 0, count, options);
}

CK_CLONES void ck_adagrad(
    float *restrict weights, const float *restrict gradients, float *restrict sum, size_t count, float rate,
    float epsilon, float decay) {
    for (size_t i = 0; i < count; i++) {
        float gradient = bounded(gradients[i] + decay * weights[i]);
        float s = sum[i] + gradient * gradient;
        s = s > FLT_MAX ? FLT_MAX : s;
        sum[i] = s;
        weights[i] -= rate * gradient / (__builtin_sqrtf(s) + epsilon);
    }
}

CK_CLONES void ck_adadelta(
    float *restrict weights, const float *restrict gradients, float *restrict square, float *restrict moved,
    size_t count, float rate, float rho, float epsilon, float decay) {
    for (size_t i = 0; i < count; i++) {
        float gradient = bounded(gradients[i] + decay * weights[i]);
        float v = rho * square[i] + (1.0f - rho) * gradient * gradient;
        float step = __builtin_sqrtf(moved[i] + epsilon) / __builtin_sqrtf(v + epsilon) * gradient;
        square[i] = v;
        moved[i] = rho * moved[i] + (1.0f - rho) * step * step;
        weights[i] -= rate * step;
    }
}
