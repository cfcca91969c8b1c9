// The loops of depthwise.c, written once: T is the element type, NAME makes the name of a function.

/// Some neighboring channels of one pixel of y, whose sums stay in registers.
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

CK_INLINE void NAME(output)(const CKDepthwise *d, const T *x, const T *w, T *y, size_t first, size_t last) {
    FOR_EACH_PIXEL(d) {
        Taps taps = taps_at(d, row, column);
        T *target = y + OUTPUT(d);
        size_t c = first;
        for (; c + 32 <= last; c += 32) NAME(channels_of_pixel)(32, d, &taps, x + c, w + c, target + c);
        for (; c + 8 <= last; c += 8) NAME(channels_of_pixel)(8, d, &taps, x + c, w + c, target + c);
        if (c < last) NAME(channels_of_pixel)(last - c, d, &taps, x + c, w + c, target + c);
    }
}

CK_INLINE void NAME(input)(const CKDepthwise *d, const T *w, const T *dy, T *restrict dx, size_t first, size_t last) {
    for (size_t pixel = 0; pixel < (size_t)d->rows * (size_t)d->columns; pixel++)
        for (size_t c = first; c < last; c++) dx[pixel * (size_t)d->channels + c] = 0;
    FOR_EACH_PIXEL(d) {
        Taps taps = taps_at(d, row, column);
        const T *gradient = dy + OUTPUT(d);
        FOR_EACH_TAP(d, &taps) {
            T *target = dx + PIXEL(d, &taps);
            const T *weights = w + FILTER(d);
            for (size_t c = first; c < last; c++) target[c] += gradient[c] * weights[c];
        }
    }
}

CK_INLINE void NAME(filter)(const CKDepthwise *d, const T *dy, const T *x, T *restrict dw, size_t first, size_t last) {
    FOR_EACH_PIXEL(d) {
        Taps taps = taps_at(d, row, column);
        const T *gradient = dy + OUTPUT(d);
        FOR_EACH_TAP(d, &taps) {
            const T *source = x + PIXEL(d, &taps);
            T *target = dw + FILTER(d);
            for (size_t c = first; c < last; c++) target[c] += gradient[c] * source[c];
        }
    }
}

CK_CLONES
void NAME(ck_depthwise)(CKRole role, const CKDepthwise *d, const T *a, const T *b, T *result, size_t first, size_t last) {
    switch (role) {
    case CKRoleInput: NAME(input)(d, a, b, result, first, last); break;
    case CKRoleFilter: NAME(filter)(d, a, b, result, first, last); break;
    case CKRoleOutput: NAME(output)(d, a, b, result, first, last); break;
    }
}
