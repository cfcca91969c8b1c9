#pragma once
#include "activation.h"
#include "vmath.h"

/// Applies the activation of a layer to `count` elements in place.
CK_INLINE void activate(CKActivation activation, float *y, size_t count) {
    switch (activation) {
    case CKActivationNone: break;
    case CKActivationRelu:
        for (size_t i = 0; i < count; i++) y[i] = ck_relu(y[i]);
        break;
    case CKActivationTanh:
        for (size_t i = 0; i < count; i++) y[i] = ck_tanh(y[i]);
        break;
    case CKActivationSigmoid:
        for (size_t i = 0; i < count; i++) y[i] = ck_sigmoid(y[i]);
        break;
    }
}
