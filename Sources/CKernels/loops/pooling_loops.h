// The loops of pooling.c, written once: T is the element type, NAME makes the name of a function.

CK_CLONES
void NAME(ck_max_pool)(const CKPooling *p, const T *x, T *y, int32_t *positions) {
    int32_t channels = p->channels;
    for (int32_t row = 0; row < p->outRows; row++)
        for (int32_t column = 0; column < p->outColumns; column++, y += channels, positions += channels) {
            Window w = window_at(p, row, column);
            int32_t start = (w.firstRow * p->columns + w.firstColumn) * channels;
            for (int32_t c = 0; c < channels; c++) y[c] = x[start + c], positions[c] = start + c;
            for (int32_t i = w.firstRow; i < w.endRow; i++)
                for (int32_t j = w.firstColumn; j < w.endColumn; j++) {
                    int32_t from = (i * p->columns + j) * channels;
                    for (int32_t c = 0; c < channels; c++) {
                        T value = x[from + c], best = y[c];
                        int wins = (value > best) | (value != value);
                        y[c] = wins ? value : best;
                        positions[c] = wins ? from + c : positions[c];
                    }
                }
        }
}

void NAME(ck_gather_positions)(const T *x, const int32_t *positions, size_t count, T *y) {
    for (size_t i = 0; i < count; i++) y[i] = x[positions[i]];
}

CK_CLONES
void NAME(ck_max_spread)(
    const CKPooling *p, const T *y, const int32_t *positions, T *restrict x) {
    int32_t channels = p->channels;
    memset(x, 0, (size_t)p->rows * (size_t)p->columns * (size_t)channels * sizeof(T));
    for (int32_t row = 0; row < p->outRows; row++)
        for (int32_t column = 0; column < p->outColumns; column++, y += channels, positions += channels) {
            Window w = window_at(p, row, column);
            for (int32_t i = w.firstRow; i < w.endRow; i++)
                for (int32_t j = w.firstColumn; j < w.endColumn; j++) {
                    int32_t to = (i * p->columns + j) * channels;
                    for (int32_t c = 0; c < channels; c++) x[to + c] += positions[c] == to + c ? y[c] : 0;
                }
        }
}

CK_CLONES
void NAME(ck_average_pool)(
    const CKPooling *p, const T *restrict x, T *restrict y, T *restrict line) {
    int32_t channels = p->channels, length = p->columns * channels;
    for (int32_t row = 0; row < p->outRows; row++) {
        int32_t first = p->firstRow[row], end = p->endRow[row];
        for (int32_t k = 0; k < length; k++) line[k] = x[first * length + k];
        for (int32_t i = first + 1; i < end; i++)
            for (int32_t k = 0; k < length; k++) line[k] += x[i * length + k];
        for (int32_t column = 0; column < p->outColumns; column++, y += channels) {
            int32_t left = p->firstColumn[column], right = p->endColumn[column];
            T share = (T)1 / (T)((end - first) * (right - left));
            for (int32_t c = 0; c < channels; c++) y[c] = line[left * channels + c];
            for (int32_t j = left + 1; j < right; j++)
                for (int32_t c = 0; c < channels; c++) y[c] += line[j * channels + c];
            for (int32_t c = 0; c < channels; c++) y[c] *= share;
        }
    }
}

CK_CLONES
void NAME(ck_average_spread)(
    const CKPooling *p, const T *restrict y, T *restrict x, T *restrict line) {
    int32_t channels = p->channels, length = p->columns * channels;
    memset(x, 0, (size_t)p->rows * (size_t)length * sizeof(T));
    for (int32_t row = 0; row < p->outRows; row++) {
        int32_t first = p->firstRow[row], end = p->endRow[row];
        memset(line, 0, (size_t)length * sizeof(T));
        for (int32_t column = 0; column < p->outColumns; column++, y += channels) {
            int32_t left = p->firstColumn[column], right = p->endColumn[column];
            T share = (T)1 / (T)((end - first) * (right - left));
            for (int32_t j = left; j < right; j++)
                for (int32_t c = 0; c < channels; c++) line[j * channels + c] += y[c] * share;
        }
        for (int32_t i = first; i < end; i++)
            for (int32_t k = 0; k < length; k++) x[i * length + k] += line[k];
    }
}
