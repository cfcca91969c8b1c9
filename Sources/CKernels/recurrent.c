#include "recurrent.h"
#include "row_product.h"

size_t ck_packed_columns_size(size_t rows, size_t columns) { return rows * ck_panel_count(columns) * panelWidth; }

CK_CLONES void ck_pack_columns(
    const float *weights, size_t rows, size_t columns, ptrdiff_t rowStride, ptrdiff_t columnStride, float *packed) {
    for (size_t start = 0; start < columns; start += panelWidth, packed += rows * panelWidth) {
        size_t used = columns - start < panelWidth ? columns - start : panelWidth;
        const float *from = weights + (ptrdiff_t)start * columnStride;
        if (used < panelWidth) memset(packed, 0, rows * panelWidth * sizeof(float));
        if (columnStride == 1)
            for (size_t k = 0; k < rows; k++)
                memcpy(packed + k * panelWidth, from + (ptrdiff_t)k * rowStride, used * sizeof(float));
        else
            for (size_t n = 0; n < used; n++)
                for (size_t k = 0; k < rows; k++)
                    packed[k * panelWidth + n] = from[(ptrdiff_t)k * rowStride + (ptrdiff_t)n * columnStride];
    }
}

/// The gates of a cell: elements of the product with R for each unit.
CK_INLINE size_t gates_of(CKCell cell) { return cell == CKCellLSTM ? 4 : cell == CKCellGRU ? 3 : 1; }
/// Elements that the backward pass needs for each unit.
CK_INLINE size_t kept_of(CKCell cell) { return cell == CKCellSimple ? 1 : 4; }

size_t ck_recurrence_scratch(const CKRecurrence *r) { return (gates_of(r->cell) + 7) * r->units; }

// MARK: One row of one step. n is the number of units; h and c become the new state; `kept` is for the backward pass.

CK_INLINE void simple_row(CKActivation activation, size_t n, const float *restrict z, float *restrict h) {
    switch (activation) {
    case CKActivationNone: memcpy(h, z, n * sizeof(float)); break;
    case CKActivationRelu:
        for (size_t j = 0; j < n; j++) h[j] = ck_relu(z[j]);
        break;
    case CKActivationTanh:
        for (size_t j = 0; j < n; j++) h[j] = ck_tanh(z[j]);
        break;
    case CKActivationSigmoid:
        for (size_t j = 0; j < n; j++) h[j] = ck_sigmoid(z[j]);
        break;
    }
}

CK_INLINE void simple_row_back(
    CKActivation activation, size_t n, const float *restrict y, const float *restrict dh, const float *restrict dy,
    float *restrict dz) {
    switch (activation) {
    case CKActivationNone:
        for (size_t j = 0; j < n; j++) dz[j] = dh[j] + dy[j];
        break;
    case CKActivationRelu:
        for (size_t j = 0; j < n; j++) dz[j] = y[j] > 0 ? dh[j] + dy[j] : 0;
        break;
    case CKActivationTanh:
        for (size_t j = 0; j < n; j++) dz[j] = (dh[j] + dy[j]) * (1 - y[j] * y[j]);
        break;
    case CKActivationSigmoid:
        for (size_t j = 0; j < n; j++) dz[j] = (dh[j] + dy[j]) * y[j] * (1 - y[j]);
        break;
    }
}

CK_INLINE void lstm_row(
    size_t n, const float *restrict z, const float *restrict peepholes, float *restrict h, float *restrict c,
    float *restrict kept) {
    for (size_t j = 0; j < n; j++) {
        float old = c[j];
        float i = ck_sigmoid(peepholes ? z[j] + peepholes[j] * old : z[j]);
        float f = ck_sigmoid(peepholes ? z[n + j] + peepholes[n + j] * old : z[n + j]);
        float g = ck_tanh(z[2 * n + j]);
        float new = f * old + i * g;
        float o = ck_sigmoid(peepholes ? z[3 * n + j] + peepholes[2 * n + j] * new : z[3 * n + j]);
        c[j] = new;
        h[j] = o * ck_tanh(new);
        kept[j] = i;
        kept[n + j] = f;
        kept[2 * n + j] = g;
        kept[3 * n + j] = o;
    }
}

CK_INLINE void lstm_row_back(
    size_t n, const float *restrict kept, const float *restrict peepholes, const float *restrict old,
    const float *restrict new, const float *restrict dh, const float *restrict dy, float *restrict dc,
    float *restrict dz) {
    for (size_t j = 0; j < n; j++) {
        float i = kept[j], f = kept[n + j], g = kept[2 * n + j], o = kept[3 * n + j];
        float squashed = ck_tanh(new[j]), total = dh[j] + dy[j];
        float dOutput = total * squashed * o * (1 - o);
        float dNew = dc[j] + total * o * (1 - squashed * squashed);
        if (peepholes) dNew += dOutput * peepholes[2 * n + j];
        float dInput = dNew * g * i * (1 - i), dForget = dNew * old[j] * f * (1 - f);
        float dOld = dNew * f;
        if (peepholes) dOld += dInput * peepholes[j] + dForget * peepholes[n + j];
        dc[j] = dOld;
        dz[j] = dInput;
        dz[n + j] = dForget;
        dz[2 * n + j] = dNew * i * (1 - g * g);
        dz[3 * n + j] = dOutput;
    }
}

CK_INLINE void gru_row(
    size_t n, const float *restrict p, const float *restrict u, float *restrict h, float *restrict kept) {
    for (size_t j = 0; j < n; j++) {
        float update = ck_sigmoid(p[j] + u[j]), reset = ck_sigmoid(p[n + j] + u[n + j]);
        float candidate = ck_tanh(p[2 * n + j] + reset * u[2 * n + j]);
        h[j] = update * h[j] + (1 - update) * candidate;
        kept[j] = update;
        kept[n + j] = reset;
        kept[2 * n + j] = candidate;
        kept[3 * n + j] = u[2 * n + j];
    }
}

/// `dp` and `du` are the gradients of p and u; `carry` is the part of the gradient of h that bypasses the product.
CK_INLINE void gru_row_back(
    size_t n, const float *restrict kept, const float *restrict old, const float *restrict dh,
    const float *restrict dy, float *restrict dp, float *restrict du, float *restrict carry) {
    for (size_t j = 0; j < n; j++) {
        float update = kept[j], reset = kept[n + j], candidate = kept[2 * n + j], total = dh[j] + dy[j];
        float dUpdate = total * (old[j] - candidate) * update * (1 - update);
        float dCandidate = total * (1 - update) * (1 - candidate * candidate);
        float dReset = dCandidate * kept[3 * n + j] * reset * (1 - reset);
        carry[j] = total * update;
        dp[j] = du[j] = dUpdate;
        dp[n + j] = du[n + j] = dReset;
        dp[2 * n + j] = dCandidate;
        du[2 * n + j] = dCandidate * reset;
    }
}

// MARK: All steps

CK_INLINE void copy_row(float *to, const float *from, size_t n) { memcpy(to, from, n * sizeof(float)); }

CK_CLONES void ck_recurrence_forward(const CKRecurrence *r, float *scratch, size_t first, size_t last) {
    size_t rows = last - first, n = r->units, width = gates_of(r->cell) * n, keptWidth = kept_of(r->cell) * n;
    size_t outputRows = (r->returnsSequences ? r->steps : 1) + (r->returnsCell ? 1 : 0);
    float *h = scratch, *c = h + rows * n, *z = c + rows * n, *spare = z + rows * width;
    copy_row(h, r->h + first * n, rows * n);
    if (r->cell == CKCellLSTM) copy_row(c, r->c + first * n, rows * n);
    for (size_t step = 0; step < r->steps; step++) {
        size_t t = r->isReversed ? r->steps - 1 - step : step;
        if (r->cell == CKCellGRU)
            ck_row_product(rows, n, width, h, r->weights, r->bias, 0, z, width);
        else
            ck_row_product(
                rows, n, width, h, r->weights, r->projected + (first * r->steps + t) * width, r->steps * width, z, width);
        for (size_t row = 0; row < rows; row++) {
            size_t position = (first + row) * r->steps + t;
            float *state = h + row * n, *cell = c + row * n, *kept = r->gates ? r->gates + position * keptWidth : spare;
            if (r->before) copy_row(r->before + position * n, state, n);
            if (!r->mask || r->mask[position]) {
                const float *sums = z + row * width;
                switch (r->cell) {
                case CKCellSimple:
                    simple_row(r->activation, n, sums, state);
                    if (r->gates) copy_row(kept, state, n);
                    break;
                case CKCellLSTM:
                    if (r->peepholes)
                        lstm_row(n, sums, r->peepholes, state, cell, kept);
                    else
                        lstm_row(n, sums, NULL, state, cell, kept);
                    break;
                case CKCellGRU: gru_row(n, r->projected + position * width, sums, state, kept); break;
                }
            }
            if (r->cells) copy_row(r->cells + position * n, cell, n);
            if (r->returnsSequences) copy_row(r->output + ((first + row) * outputRows + t) * n, state, n);
        }
    }
    for (size_t row = 0; row < rows; row++) {
        float *output = r->output + (first + row) * outputRows * n;
        if (!r->returnsSequences) copy_row(output, h + row * n, n);
        if (r->returnsCell) copy_row(output + (outputRows - 1) * n, c + row * n, n);
    }
}

CK_CLONES void ck_recurrence_backward(
    const CKRecurrence *r, const CKRecurrenceGradient *gradient, float *scratch, size_t first, size_t last) {
    size_t rows = last - first, n = r->units, width = gates_of(r->cell) * n, keptWidth = kept_of(r->cell) * n;
    size_t outputRows = (r->returnsSequences ? r->steps : 1) + (r->returnsCell ? 1 : 0);
    float *dh = scratch, *dc = dh + rows * n, *carry = dc + rows * n, *dz = carry + rows * n, *zeros = dz + rows * width;
    memset(scratch, 0, rows * 3 * n * sizeof(float));
    memset(zeros, 0, n * sizeof(float));
    for (size_t row = 0; row < rows; row++) {
        const float *output = gradient->output + (first + row) * outputRows * n;
        if (!r->returnsSequences) copy_row(dh + row * n, output, n);
        if (r->returnsCell) copy_row(dc + row * n, output + (outputRows - 1) * n, n);
    }
    const float *around = r->mask || r->cell == CKCellGRU ? carry : NULL;
    for (size_t step = r->steps; step-- > 0;) {
        size_t t = r->isReversed ? r->steps - 1 - step : step, earlier = r->isReversed ? t + 1 : t - 1;
        for (size_t row = 0; row < rows; row++) {
            size_t sequence = first + row, position = sequence * r->steps + t;
            const float *kept = r->gates + position * keptWidth, *dState = dh + row * n, *old;
            const float *dy = r->returnsSequences ? gradient->output + (sequence * outputRows + t) * n : zeros;
            float *dSums = dz + row * width, *passed = carry + row * n;
            if (r->mask && !r->mask[position]) {
                for (size_t j = 0; j < n; j++) passed[j] = dState[j] + dy[j];
                memset(dSums, 0, width * sizeof(float));
                memset(gradient->projected + position * width, 0, width * sizeof(float));
                if (r->cell == CKCellGRU) memset(gradient->product + position * width, 0, width * sizeof(float));
                continue;
            }
            switch (r->cell) {
            case CKCellSimple: simple_row_back(r->activation, n, kept, dState, dy, dSums); break;
            case CKCellLSTM:
                old = step > 0 ? r->cells + (sequence * r->steps + earlier) * n : r->c + sequence * n;
                if (r->peepholes)
                    lstm_row_back(n, kept, r->peepholes, old, r->cells + position * n, dState, dy, dc + row * n, dSums);
                else
                    lstm_row_back(n, kept, NULL, old, r->cells + position * n, dState, dy, dc + row * n, dSums);
                break;
            case CKCellGRU:
                gru_row_back(n, kept, r->before + position * n, dState, dy, gradient->projected + position * width, dSums, passed);
                copy_row(gradient->product + position * width, dSums, width);
                break;
            }
            if (r->cell != CKCellGRU) {
                copy_row(gradient->projected + position * width, dSums, width);
                if (around) memset(passed, 0, n * sizeof(float));
            }
        }
        ck_row_product(rows, width, n, dz, gradient->weights, around, n, dh, n);
    }
    copy_row(gradient->h + first * n, dh, rows * n);
    if (r->cell == CKCellLSTM) copy_row(gradient->c + first * n, dc, rows * n);
}
