#include "optimizers.h"
#include "vmath.h"

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

CK_CLONES void ck_adam(
    float *restrict weights, const float *restrict gradients, float *restrict mean, float *restrict square,
    size_t count, float rate, float beta1, float beta2, float epsilon, float decay, float correction1,
    float correction2) {
    float step = rate / correction1, scale = 1.0f / __builtin_sqrtf(correction2);
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i] + decay * weights[i];
        float m = mean[i] + (1.0f - beta1) * (gradient - mean[i]);
        float v = beta2 * square[i] + (1.0f - beta2) * gradient * gradient;
        mean[i] = m;
        square[i] = v;
        weights[i] -= step * m / (__builtin_sqrtf(v) * scale + epsilon);
    }
}
