#pragma once
#include "activation.h"
#include <stddef.h>
#include <stdint.h>

/// The equations of a step. H is the number of units; · is the product with the recurrent weights R, whose columns are
/// the gates'.
typedef enum __attribute__((enum_extensibility(closed))) CKCell : int32_t {
    /// h' = activation(p + h · R)
    CKCellSimple,
    /// Gates i, f, g, o: c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c') of p + h · R, perhaps with peepholes.
    CKCellLSTM,
    /// Gates z, r, n: with u = h · R + b, h' = σ(z) h + (1 − σ(z)) tanh(p + σ(r) u), the reset coming after the
    /// product.
    CKCellGRU,
} CKCell;

/// The computation of a recurrent layer on a batch of sequences. Arrays are [batch, steps, …] without gaps, unless
/// stated otherwise.
///
/// The rows of the batch are independent of each other: dividing them among threads in any way gives the same bits.
typedef struct CKRecurrence {
    CKCell cell;
    /// The activation of the simple cell.
    CKActivation activation;
    size_t steps, units;
    /// Whether to begin at the last step.
    int32_t isReversed;
    /// Whether `output` has a row for every step, or one for the last step taken; and whether another one with the last
    /// c follows.
    int32_t returnsSequences, returnsCell;
    /// 0 where a step is left out, so that the state stays as it is; null if none is.
    const uint8_t *mask;
    /// What the inputs contribute to the gates: gates · H elements.
    const float *projected;
    /// R as `ck_pack_columns` packs it.
    const float *weights;
    /// b of the recurrent product, or null.
    const float *bias;
    /// LSTM: the weights of c in i and f, and of c' in o, 3 · H; or null.
    const float *peepholes;
    /// The state before the first step, [batch, H].
    const float *h, *c;
    /// h after each step, or after the last one.
    float *output;
    /// For the backward pass, or null: h before each step; the gates after their activation (GRU: and u of n); c after
    /// each step.
    float *before, *gates, *cells;
} CKRecurrence;

/// The backward pass: the gradients of the inputs of the forward pass, given that of its output.
typedef struct CKRecurrenceGradient {
    /// The gradient of the output, shaped like it.
    const float *output;
    /// R transposed, as `ck_pack_columns` packs it.
    const float *weights;
    /// The gradients of `projected`, and of u for a GRU (for the others they are the same).
    float *projected, *product;
    /// The gradients of the first state, [batch, H].
    float *h, *c;
} CKRecurrenceGradient;

/// The number of floats that packed weights take.
size_t ck_packed_columns_size(size_t rows, size_t columns);

/// Packs weights in the order in which a step uses them. Row k and column n are at k · rowStride + n · columnStride.
void ck_pack_columns(
    const float *weights, size_t rows, size_t columns, ptrdiff_t rowStride, ptrdiff_t columnStride, float *packed);

/// The floats of scratch memory that either pass needs for each row of the batch.
size_t ck_recurrence_scratch(const CKRecurrence *recurrence);

/// Takes all steps, for the rows of the batch from `first` up to `last`.
void ck_recurrence_forward(const CKRecurrence *recurrence, float *scratch, size_t first, size_t last);

/// Propagates the gradients through all steps, for the rows of the batch from `first` up to `last`.
void ck_recurrence_backward(
    const CKRecurrence *recurrence, const CKRecurrenceGradient *gradient, float *scratch, size_t first, size_t last);
