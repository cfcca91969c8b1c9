// The loops of elementwise.c over real numbers, written once: T is the element type; NAME makes the name of a function,
// F that of a function of <math.h>, V that of one which vectorizes (vmath.h) where there is one.

// A NaN on either side propagates, as in NumPy.
#define LARGER(x, y) ((x) > (y) || (x) != (x) ? (x) : (y))
#define SMALLER(x, y) ((x) < (y) || (x) != (x) ? (x) : (y))

// The remainder of a division that rounds down, from one that rounds towards zero.
CK_INLINE T NAME(floored)(T remainder, T divisor) {
    if (remainder == 0) return F(copysign)(0, divisor);
    return (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder;
}

CK_CLONES
void NAME(ck_binary)(CKBinary op, size_t n, const T *a, size_t stepA, const T *b, size_t stepB, T *restrict out, T p) {
    switch (op) {
    case CKBinaryAdd: PAIRS(x + y);
    case CKBinarySubtract: PAIRS(x - y);
    case CKBinaryMultiply: PAIRS(x * y);
    case CKBinaryDivide: PAIRS(x / y);
    case CKBinaryPower: PAIRS(F(pow)(x, y));
    case CKBinaryAtan2: PAIRS(F(atan2)(x, y));
    case CKBinaryRemainder: PAIRS(NAME(floored)(F(fmod)(x, y), y));
    case CKBinaryMaximum: PAIRS(LARGER(x, y));
    case CKBinaryMinimum: PAIRS(SMALLER(x, y));
    case CKBinaryTanhGradient: PAIRS(x * (1 - y * y));
    case CKBinarySigmoidGradient: PAIRS(x * (y * (1 - y)));
    case CKBinaryReluGradient: PAIRS(y > 0 ? x : 0);
    case CKBinaryLeakyGradient: PAIRS(y > 0 ? x : p * x);
    }
}

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
    case CKUnaryTan: EACH(F(tan)(v));
    case CKUnaryAsin: EACH(F(asin)(v));
    case CKUnaryAcos: EACH(F(acos)(v));
    case CKUnaryAtan: EACH(F(atan)(v));
    case CKUnarySinh: EACH(F(sinh)(v));
    case CKUnaryCosh: EACH(F(cosh)(v));
    case CKUnaryAsinh: EACH(F(asinh)(v));
    case CKUnaryAcosh: EACH(F(acosh)(v));
    case CKUnaryAtanh: EACH(F(atanh)(v));
    case CKUnaryExp2: EACH(F(exp2)(v));
    case CKUnaryExpm1: EACH(V(expm1)(v));
    case CKUnaryLog2: EACH(F(log2)(v));
    case CKUnaryLog10: EACH(F(log10)(v));
    case CKUnaryLog1p: EACH(V(log1p)(v));
    case CKUnaryErf: EACH(F(erf)(v));
    case CKUnaryErfc: EACH(F(erfc)(v));
    case CKUnaryErfInverse: EACH((T)erf_inverse(v));
    case CKUnaryFloor: EACH(F(floor)(v));
    case CKUnaryCeil: EACH(F(ceil)(v));
    case CKUnaryTruncate: EACH(F(trunc)(v));
    case CKUnaryReciprocalSqrt: EACH(1 / F(sqrt)(v));
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
