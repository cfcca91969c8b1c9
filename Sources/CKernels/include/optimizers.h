#pragma once
#include <stddef.h>

// One step of an optimizer on `count` weights, with its state of each. The formulas are PyTorch's. `decay` adds decay ·
// weight to the gradient. Different arrays must not overlap.

/// Stochastic gradient descent: velocity = momentum · velocity + gradient, and the weight moves by -rate · velocity
/// (with Nesterov's look ahead: by -rate · (gradient + momentum · velocity)). `velocity` may be null where momentum is
/// 0.
void ck_sgd(
    float *weights, const float *gradients, float *velocity, size_t count, float rate, float momentum, int nesterov,
    float decay);

/// What is the same for all weights in a step of Adam and its relatives.
typedef struct CKAdam {
    /// The decay rates of the averages of gradient and squared gradient.
    float beta1, beta2;
    /// ε, added to the root.
    float epsilon;
    /// Decay · weight is added to the gradient.
    float decay;
    /// Weights are multiplied by this before they move: 1, or less for decoupled decay.
    float shrink;
    /// The step sizes along the average, and along the gradient itself (Nadam).
    float averageRate, gradientRate;
    /// The factor of the root of the average of squares: the bias correction 1 / √(1 - β₂ᵗ).
    float rootScale;
} CKAdam;

/// One step of Adam (Kingma and Ba 2015, algorithm 1), AdamW, Nadam, or, where `largest` is not null, AMSGrad, which
/// keeps the largest average of squares there.
void ck_adam(
    float *weights, const float *gradients, float *mean, float *square, float *largest, size_t count, CKAdam adam);

/// What is the same for all weights in a step of RMSprop.
typedef struct CKRMSProp {
    float rate;
    /// The decay rate of the average of squares.
    float rho;
    float momentum, epsilon, decay;
} CKRMSProp;

/// One step of RMSprop: square = ρ square + (1 - ρ) gradient², and the velocity, momentum · velocity + gradient /
/// (√square + ε), moves the weight. `velocity` may be null where momentum is 0. Where `mean` is not null, the square of
/// the average gradient is subtracted.
void ck_rmsprop(
    float *weights, const float *gradients, float *square, float *mean, float *velocity, size_t count, CKRMSProp options);

/// One step of AdaGrad (Duchi et al. 2011): sum += gradient², and the weight moves by -rate · gradient / (√sum + ε).
void ck_adagrad(
    float *weights, const float *gradients, float *sum, size_t count, float rate, float epsilon, float decay);

/// One step of Adadelta (Zeiler 2012, algorithm 1): the step is as large as earlier ones, `moved` being the average of
/// their squares.
void ck_adadelta(
    float *weights, const float *gradients, float *square, float *moved, size_t count, float rate, float rho,
    float epsilon, float decay);
