#pragma once
#include "convolution.h"
#include <stddef.h>
#include <stdint.h>

/// The equations of a step. H is the number of units; · is the product with the recurrent weights R, whose columns are the gates'.
typedef enum __attribute__((enum_extensibility(closed))) CKCell : int32_t {
    /// h' = activation(p + h · R)
    CKCellSimple,
    /// Gates i, f, g, o: c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c') of p + h · R, perhaps with peepholes.
    CKCellLSTM,
    /// Gates z, r, n: with u = h · R + b, h' = σ(z) h + (1 − σ(z)) tanh(p + σ(r) u), the reset coming after the product.
    CKCellGRU,
} CKCell;

/// A recurrent layer's way through a batch of sequences. All is [batch, steps, …], in one block without gaps, unless said otherwise.
///
/// The rows of the batch are independent of each other: they may be shared out among threads in any way without changing a bit.
typedef struct CKRecurrence {
    CKCell cell;
    /// That of the simple cell.
    CKActivation activation;
    size_t steps, units;
    /// Whether to begin at the last step.
    int32_t isReversed;
    /// Whether `output` has a row for every step, or one for the last step taken; and whether another one with the last c follows.
    int32_t returnsSequences, returnsCell;
    /// 0 where a step is left out: the state stays as it is. Null if there is none such.
    const uint8_t *mask;
    /// What the inputs contribute to the gates: gates · H numbers.
    const float *projected;
    /// R as `ck_pack_columns` lays it out.
    const float *weights;
    /// b of the recurrent product, or null.
    const float *bias;
    /// LSTM: the weights with which c enters i and f, and c' enters o, 3 · H; or null.
    const float *peepholes;
    /// The state before the first step, [batch, H].
    const float *h, *c;
    /// h after each step, or after the last one.
    float *output;
    /// For the way back, or null: h before each step; the gates after their activation (GRU: and u of n); c after each step.
    float *before, *gates, *cells;
} CKRecurrence;

/// The way back: gradients of what the forward way was given, from those of its output.
typedef struct CKRecurrenceGradient {
    /// The gradient of the output, shaped like it.
    const float *output;
    /// R transposed, as `ck_pack_columns` lays it out.
    const float *weights;
    /// The gradients of `projected`, and for GRU of u (for others they are the same).
    float *projected, *product;
    /// The gradients of the first state, [batch, H].
    float *h, *c;
} CKRecurrenceGradient;

/// The number of floats that packed weights take.
size_t ck_packed_columns_size(size_t rows, size_t columns);

/// Weights in the order in which a step uses them. Row k and column n are at k · rowStride + n · columnStride.
void ck_pack_columns(
    const float *weights, size_t rows, size_t columns, ptrdiff_t rowStride, ptrdiff_t columnStride, float *packed);

/// The number of floats that either way needs beside its arguments, for each row of the batch.
size_t ck_recurrence_scratch(const CKRecurrence *recurrence);

/// Takes all steps, for the rows of the batch from `first` up to `last`.
void ck_recurrence_forward(const CKRecurrence *recurrence, float *scratch, size_t first, size_t last);

/// Goes all steps back, for the rows of the batch from `first` up to `last`.
void ck_recurrence_backward(
    const CKRecurrence *recurrence, const CKRecurrenceGradient *gradient, float *scratch, size_t first, size_t last);
