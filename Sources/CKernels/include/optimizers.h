#pragma once
#include <stddef.h>

/// One step of stochastic gradient descent (PyTorch's formula): velocity = momentum · velocity + gradient + decay · weight, and the
/// weight moves by -rate · velocity (with Nesterov's look ahead: by -rate · (gradient + momentum · velocity)).
/// `velocity` may be null where momentum is 0.
void ck_sgd(
    float *weights, const float *gradients, float *velocity, size_t count, float rate, float momentum, int nesterov,
    float decay);

/// One step of Adam (Kingma and Ba 2015, algorithm 1; ε is added after the bias correction, as in PyTorch).
/// `correction1` is 1 - β₁ᵗ and `correction2` is 1 - β₂ᵗ in step t = 1, 2, …; `decay` adds decay · weight to the gradient.
void ck_adam(
    float *weights, const float *gradients, float *mean, float *square, size_t count, float rate, float beta1,
    float beta2, float epsilon, float decay, float correction1, float correction2);
