// The loops of elementwise.c without arithmetic, written once for every element type T.

size_t NAME(ck_find_not_finite)(size_t n, const T *x, int infinities) {
    for (size_t i = 0; i < n; i++)
        if (x[i] != x[i] || (infinities && x[i] - x[i] != 0)) return i;
    return n;
}

CK_CLONES
void NAME(ck_compare)(CKComparison op, size_t n, const T *a, size_t stepA, const T *b, size_t stepB, uint8_t *restrict out) {
    switch (op) {
    case CKComparisonEqual: PAIRS(x == y);
    case CKComparisonNotEqual: PAIRS(x != y);
    case CKComparisonLess: PAIRS(x < y);
    case CKComparisonLessOrEqual: PAIRS(x <= y);
    }
}

CK_CLONES
void NAME(ck_select)(size_t n, const uint8_t *condition, const T *a, size_t stepA, const T *b, size_t stepB, T *restrict out) {
    for (size_t i = 0; i < n; i++) {
        T x = a[i * stepA], y = b[i * stepB];
        out[i] = condition[i] ? x : y;
    }
}
