// The loops of depthwise.c, written once: T is the type of the numbers, NAME makes a function's name.

/// Some neighbouring channels of one pixel of y: their sums stay in registers.
CK_INLINE void NAME(channels_of_pixel)(
    const size_t count, const CKDepthwise *d, const Taps *taps, const T *x, const T *w, T *y) {
    T sum[32];
    for (size_t c = 0; c < count; c++) sum[c] = 0;
    FOR_EACH_TAP(d, taps) {
        const T *source = x + PIXEL(d, taps), *weights = w + FILTER(d);
        for (size_t c = 0; c < count; c++) sum[c] += source[c] * weights[c];
    }
    for (size_t c = 0; c < count; c++) y[c] = sum[c];
}

CK_CLONES
void NAME(ck_depthwise)(const CKDepthwise *d, const T *x, const T *w, T *y, size_t first, size_t last) {
    FOR_EACH_PIXEL(d) {
        Taps taps = taps_at(d, row, column);
        T *target = y + PLACE(d);
        size_t c = first;
        for (; c + 32 <= last; c += 32) NAME(channels_of_pixel)(32, d, &taps, x + c, w + c, target + c);
        for (; c + 8 <= last; c += 8) NAME(channels_of_pixel)(8, d, &taps, x + c, w + c, target + c);
        if (c < last) NAME(channels_of_pixel)(last - c, d, &taps, x + c, w + c, target + c);
    }
}

CK_CLONES
void NAME(ck_depthwise_input_gradient)(
    const CKDepthwise *d, const T *dy, const T *w, T *dx, size_t first, size_t last) {
    for (size_t place = 0; place < (size_t)d->rows * (size_t)d->columns; place++)
        for (size_t c = first; c < last; c++) dx[place * (size_t)d->channels + c] = 0;
    FOR_EACH_PIXEL(d) {
        Taps taps = taps_at(d, row, column);
        const T *slope = dy + PLACE(d);
        FOR_EACH_TAP(d, &taps) {
            T *target = dx + PIXEL(d, &taps);
            const T *weights = w + FILTER(d);
            for (size_t c = first; c < last; c++) target[c] += slope[c] * weights[c];
        }
    }
}

CK_CLONES
void NAME(ck_depthwise_filter_gradient)(
    const CKDepthwise *d, const T *x, const T *dy, T *dw, size_t first, size_t last) {
    FOR_EACH_PIXEL(d) {
        Taps taps = taps_at(d, row, column);
        const T *slope = dy + PLACE(d);
        FOR_EACH_TAP(d, &taps) {
            const T *source = x + PIXEL(d, &taps);
            T *target = dw + FILTER(d);
            for (size_t c = first; c < last; c++) target[c] += slope[c] * source[c];
        }
    }
}
