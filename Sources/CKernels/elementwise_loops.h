// The loops of elementwise.c, written once: T is the element type, NAME makes a function's name, F a <math.h> function's,
// V that of a function which vectorises (vmath.h) where there is one.

#define PAIRS(expression) \
    if (stepA && stepB) for (size_t i = 0; i < n; i++) { T x = a[i], y = b[i]; out[i] = expression; } \
    else if (stepA) { T y = b[0]; for (size_t i = 0; i < n; i++) { T x = a[i]; out[i] = expression; } } \
    else { T x = a[0]; for (size_t i = 0; i < n; i++) { T y = b[i * stepB]; out[i] = expression; } } \
    break

// A NaN on either side comes out, as in NumPy.
#define LARGER(x, y) ((x) > (y) || (x) != (x) ? (x) : (y))
#define SMALLER(x, y) ((x) < (y) || (x) != (x) ? (x) : (y))

CK_CLONES
void NAME(ck_binary)(CKBinary op, size_t n, const T *a, size_t stepA, const T *b, size_t stepB, T *restrict out, T p) {
    switch (op) {
    case CKBinaryAdd: PAIRS(x + y);
    case CKBinarySubtract: PAIRS(x - y);
    case CKBinaryMultiply: PAIRS(x * y);
    case CKBinaryDivide: PAIRS(x / y);
    case CKBinaryPower: PAIRS(F(pow)(x, y));
    case CKBinaryMaximum: PAIRS(LARGER(x, y));
    case CKBinaryMinimum: PAIRS(SMALLER(x, y));
    case CKBinaryTanhGradient: PAIRS(x * (1 - y * y));
    case CKBinarySigmoidGradient: PAIRS(x * (y * (1 - y)));
    case CKBinaryReluGradient: PAIRS(y > 0 ? x : 0);
    case CKBinaryLeakyGradient: PAIRS(y > 0 ? x : p * x);
    }
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

#define EACH(expression) for (size_t i = 0; i < n; i++) { T v = x[i]; out[i] = expression; } break

CK_CLONES
void NAME(ck_unary)(CKUnary op, size_t n, const T *x, T *restrict out, T p, T q) {
    switch (op) {
    case CKUnaryNegate: EACH(-v);
    case CKUnaryExp: EACH(V(exp)(v));
    case CKUnaryLog: EACH(V(log)(v));
    case CKUnarySqrt: EACH(F(sqrt)(v));
    case CKUnaryAbs: EACH(F(fabs)(v));
    case CKUnarySquare: EACH(v * v);
    case CKUnarySign: EACH(v > 0 ? 1 : v < 0 ? -1 : v);
    case CKUnarySin: EACH(F(sin)(v));
    case CKUnaryCos: EACH(F(cos)(v));
    case CKUnaryErf: EACH(F(erf)(v));
    case CKUnaryFloor: EACH(F(floor)(v));
    case CKUnaryRound: EACH(F(rint)(v));
    case CKUnaryTanh: EACH(V(tanh)(v));
    case CKUnarySigmoid: EACH(1 / (1 + V(exp)(-v)));
    case CKUnaryRelu: EACH(v < 0 ? 0 : v);
    case CKUnaryLeaky: EACH(v > 0 ? v : p * v);
    case CKUnarySoftplus: EACH((v > 0 ? v : 0) + V(log1p)(V(exp)(-F(fabs)(v))));
    case CKUnaryClip: EACH(v < p ? p : v > q ? q : v);
    case CKUnaryWithin: EACH(v >= p && v <= q ? 1 : 0);
    }
}
