#pragma once
#include <stdint.h>

/// The activation that follows the sum of a layer in the same pass.
typedef enum __attribute__((enum_extensibility(closed))) CKActivation : int32_t {
    CKActivationNone, CKActivationRelu, CKActivationTanh, CKActivationSigmoid,
} CKActivation;
