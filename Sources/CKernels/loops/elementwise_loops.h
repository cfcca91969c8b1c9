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

// x times a gate that tends to 0 faster than x grows.
#define GATED(x, gate) ((gate) == 0 ? 0 : (x) * (gate))

// e^(−|x|), σ(x) and σ(−x), each without cancellation.
#define HALVES T t = V(exp)(-F(fabs)(v)), upper = 1 / (1 + t), lower = t * upper
#define SIGMOIDS HALVES, on = v < 0 ? lower : upper, off = v < 0 ? upper : lower

CK_INLINE T NAME(swish)(T v) {
    SIGMOIDS;
    (void)off;
    return GATED(v, on);
}

CK_INLINE T NAME(swish_slope)(T v) {
    SIGMOIDS;
    T both = on * off;
    return on + GATED(v, both);
}

// The gate tanh(log(1 + eˣ)) = (e²ˣ + 2 eˣ) / (e²ˣ + 2 eˣ + 2), written with t = e^(−|x|).
CK_INLINE T NAME(mish)(T v) {
    T t = V(exp)(-F(fabs)(v));
    T gate = v < 0 ? t * (t + 2) / (t * (t + 2) + 2) : (1 + 2 * t) / (1 + 2 * t * (1 + t));
    return GATED(v, gate);
}

CK_INLINE T NAME(mish_slope)(T v) {
    T t = V(exp)(-F(fabs)(v)), lower = t * (t + 2) + 2, upper = 1 + 2 * t * (1 + t);
    T gate = v < 0 ? t * (t + 2) / lower : (1 + 2 * t) / upper;
    T rise = v < 0 ? 4 * t * (1 + t) / (lower * lower) : 4 * t * t * (1 + t) / (upper * upper);
    return gate + GATED(v, rise);
}

CK_INLINE T NAME(gelu)(T v) {
    T gate = V(normal_cdf)(v);
    return GATED(v, gate);
}

CK_INLINE T NAME(gelu_slope)(T v) {
    T density = (T)0.39894228040143268 * V(bell)(v);
    return V(normal_cdf)(v) + GATED(v, density);
}

CK_INLINE T NAME(gelu_tanh)(T x) {
    T v = (T)1.5957691216057307 * (x + (T)0.044715 * x * x * x);
    SIGMOIDS;
    (void)off;
    return GATED(x, on);
}

CK_INLINE T NAME(gelu_tanh_slope)(T x) {
    T v = (T)1.5957691216057307 * (x + (T)0.044715 * x * x * x);
    SIGMOIDS;
    T both = on * off, rise = (T)1.5957691216057307 * (1 + (T)0.134145 * x * x) * x;
    return on + GATED(rise, both);
}

// log cosh x = log(1 + 2 sinh²(x/2)); for large x without overflow.
CK_INLINE T NAME(log_cosh)(T v) {
    T size = F(fabs)(v);
    if (size > 1) return size + V(log1p)(V(exp)(-2 * size)) - (T)0.69314718055994531;
    T half = F(sinh)(size / 2);
    return F(log1p)(2 * half * half);
}

CK_INLINE T NAME(logistic_loss)(T x, T target) {
    T size = F(fabs)(x), wrong = x > 0 ? 1 - target : target;
    return GATED(size, wrong) + V(log1p)(V(exp)(-size));
}

CK_INLINE T NAME(logistic_slope)(T v, T target) {
    HALVES;
    (void)upper;
    return v > 0 ? (1 - target) - lower : lower - target;
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
    case CKBinaryTanhGradient: PAIRS(x == 0 ? 0 : x * (1 - y * y));
    case CKBinarySigmoidGradient: PAIRS(x == 0 ? 0 : x * (y * (1 - y)));
    case CKBinaryReluGradient: PAIRS(y > 0 ? x : 0);
    case CKBinaryLeakyGradient: PAIRS(y > 0 ? x : p * x);
    case CKBinaryAbsGradient: PAIRS(y > 0 ? x : y < 0 ? -x : x == 0 ? 0 : y);
    case CKBinaryProductOrZero: PAIRS(x == 0 ? 0 : x * y);
    case CKBinaryQuotientOrZero: PAIRS(x == 0 ? 0 : x / y);
    case CKBinaryLogisticLoss: PAIRS(NAME(logistic_loss)(x, y));
    case CKBinaryLogisticSlope: PAIRS(NAME(logistic_slope)(x, y));
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
    case CKUnaryInside: EACH(v > p && v < q ? 1 : 0);
    case CKUnarySwish: EACH(NAME(swish)(v));
    case CKUnarySwishSlope: EACH(NAME(swish_slope)(v));
    case CKUnaryMish: EACH(NAME(mish)(v));
    case CKUnaryMishSlope: EACH(NAME(mish_slope)(v));
    case CKUnaryGelu: EACH(NAME(gelu)(v));
    case CKUnaryGeluSlope: EACH(NAME(gelu_slope)(v));
    case CKUnaryGeluTanh: EACH(NAME(gelu_tanh)(v));
    case CKUnaryGeluTanhSlope: EACH(NAME(gelu_tanh_slope)(v));
    case CKUnaryHardSwish: EACH(v <= -3 ? 0 : v >= 3 ? v : v * (v + 3) / 6);
    case CKUnaryHardSwishSlope: EACH(v <= -3 ? 0 : v >= 3 ? 1 : (2 * v + 3) / 6);
    case CKUnarySoftsign: EACH(F(fabs)(v) == (T)INFINITY ? F(copysign)(1, v) : v / (1 + F(fabs)(v)));
    case CKUnarySoftsignSlope: EACH(1 / ((1 + F(fabs)(v)) * (1 + F(fabs)(v))));
    case CKUnaryLogCosh: EACH(NAME(log_cosh)(v));
    }
}
