#include "elementwise.h"
#include "vmath.h"
#include <math.h>
#include <string.h>

#define PAIRS(expression) \
    if (stepA && stepB) for (size_t i = 0; i < n; i++) { T x = a[i], y = b[i]; out[i] = expression; } \
    else if (stepA) { T y = b[0]; for (size_t i = 0; i < n; i++) { T x = a[i]; out[i] = expression; } } \
    else { T x = a[0]; for (size_t i = 0; i < n; i++) { T y = b[i * stepB]; out[i] = expression; } } \
    break

#define EACH(expression) for (size_t i = 0; i < n; i++) { T v = x[i]; out[i] = expression; } break

// Giles 2010, "Approximating the erfinv function", to seven digits; two steps of Newton's method make them sixteen.
static double erf_inverse(double x) {
    if (!(fabs(x) < 1)) return fabs(x) == 1 ? x * (double)INFINITY : (double)NAN;
    static const double near[] = {2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
                                  -0.00125372503, -0.00417768164, 0.246640727, 1.50140941};
    static const double far[] = {-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
                                 -0.0076224613, 0.00943887047, 1.00167406, 2.83297682};
    double w = -log((1 - x) * (1 + x)), t = w < 5 ? w - 2.5 : sqrt(w) - 3, y = 0;
    for (int i = 0; i < 9; i++) y = y * t + (w < 5 ? near : far)[i];
    y *= x;
    for (int step = 0; step < 2; step++) {
        // Close to ±1 the complements are subtracted, which keep their digits.
        double difference = fabs(x) < 0.5 ? erf(y) - x : x > 0 ? (1 - x) - erfc(y) : erfc(-y) - (1 + x);
        y -= difference / (1.1283791670955126 * exp(-y * y));
    }
    return y;
}

static double bell(double x) { return exp(-0.5 * x * x); }
static double normal_cdf(double x) { return 0.5 * erfc(-0.70710678118654752 * x); }

#define T float
#define NAME(stem) stem##_float
#include "loops/choice_loops.h"
#define F(function) function##f  // of <math.h>
#define V(function) ck_##function  // of vmath.h
#include "loops/elementwise_loops.h"
#undef T
#undef NAME
#undef F
#undef V

#define T double
#define NAME(stem) stem##_double
#include "loops/choice_loops.h"
#define F(function) function
#define V(function) function
#include "loops/elementwise_loops.h"
#undef T
#undef NAME
#undef F
#undef V

#pragma clang diagnostic ignored "-Wtautological-compare"  // no integer is NaN
#define T int64_t
#define NAME(stem) stem##_int64
#include "loops/choice_loops.h"

// Unsigned arithmetic wraps around.
#define WRAPPED(x, op, y) ((int64_t)((uint64_t)(x) op (uint64_t)(y)))

static int64_t power_int64(int64_t base, int64_t exponent) {
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
    int64_t result = 1;
    for (; exponent > 0; exponent >>= 1, base = WRAPPED(base, *, base))
        if (exponent & 1) result = WRAPPED(result, *, base);
    return result;
}

static int64_t remainder_int64(int64_t x, int64_t y) {
    if (y == 0 || y == -1) return 0;
    int64_t r = x % y;
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

void ck_binary_int64(CKBinary op, size_t n, const T *a, size_t stepA, const T *b, size_t stepB, T *restrict out) {
    switch (op) {
    case CKBinaryAdd: PAIRS(WRAPPED(x, +, y));
    case CKBinarySubtract: PAIRS(WRAPPED(x, -, y));
    case CKBinaryMultiply: PAIRS(WRAPPED(x, *, y));
    case CKBinaryPower: PAIRS(power_int64(x, y));
    case CKBinaryRemainder: PAIRS(remainder_int64(x, y));
    case CKBinaryMaximum: PAIRS(x > y ? x : y);
    case CKBinaryMinimum: PAIRS(x < y ? x : y);
    default: __builtin_unreachable();  // the others result in real numbers
    }
}

void ck_unary_int64(CKUnary op, size_t n, const T *x, T *restrict out, double p, double q) {
    switch (op) {
    case CKUnaryNegate: EACH(WRAPPED(0, -, v));
    case CKUnaryAbs: EACH(v < 0 ? WRAPPED(0, -, v) : v);
    case CKUnarySquare: EACH(WRAPPED(v, *, v));
    case CKUnarySign: EACH((v > 0) - (v < 0));
    case CKUnaryRelu: EACH(v < 0 ? 0 : v);
    case CKUnaryClip: EACH((double)v < p ? (int64_t)p : (double)v > q ? (int64_t)q : v);
    default: __builtin_unreachable();
    }
}

CK_CLONES
void ck_accumulate_float(size_t n, const float *x, float *restrict out) {
    for (size_t i = 0; i < n; i++) out[i] += x[i];
}

void ck_fill(CKType type, size_t n, double value, void *out) {
    if (value == 0) { memset(out, 0, n * (type == CKTypeFloat64 || type == CKTypeInt64 ? 8 : type == CKTypeUInt8 || type == CKTypeBool ? 1 : 4)); return; }
    switch (type) {
    case CKTypeFloat32: { float v = (float)value; for (size_t i = 0; i < n; i++) ((float *)out)[i] = v; break; }
    case CKTypeFloat64: for (size_t i = 0; i < n; i++) ((double *)out)[i] = value; break;
    default: { if (n == 0) return;
        ck_convert(CKTypeFloat64, type, 1, &value, out);
        if (type == CKTypeInt32) for (size_t i = 1; i < n; i++) ((int32_t *)out)[i] = *(int32_t *)out;
        else if (type == CKTypeInt64) for (size_t i = 1; i < n; i++) ((int64_t *)out)[i] = *(int64_t *)out;
        else memset(out, *(uint8_t *)out, n); }
    }
}

static inline double clamped(double x, double low, double high) { return x >= low ? (x < high ? x : high) : x < low ? low : 0; }

#define AS_SAME(x) (x)
#define AS_INT32(x) ((int32_t)clamped((double)(x), INT32_MIN, INT32_MAX))
#define AS_INT64(x) _Generic((x), int64_t: (x), default: (double)(x) >= 0x1p63 ? INT64_MAX : (int64_t)clamped((double)(x), INT64_MIN, 0x1p63))
#define AS_UINT8(x) ((uint8_t)clamped((double)(x), 0, UINT8_MAX))
#define AS_BOOL(x) ((x) != 0)
#define CONVERT(FROM, TO, AS) { const FROM *s = x; TO *d = out; for (size_t i = 0; i < n; i++) d[i] = (TO)AS(s[i]); break; }
#define CONVERT_FROM(FROM) \
    switch (to) { \
    case CKTypeFloat32: CONVERT(FROM, float, AS_SAME) \
    case CKTypeFloat64: CONVERT(FROM, double, AS_SAME) \
    case CKTypeInt32: CONVERT(FROM, int32_t, AS_INT32) \
    case CKTypeInt64: CONVERT(FROM, int64_t, AS_INT64) \
    case CKTypeUInt8: CONVERT(FROM, uint8_t, AS_UINT8) \
    case CKTypeBool: CONVERT(FROM, uint8_t, AS_BOOL) \
    } break;

void ck_convert(CKType from, CKType to, size_t n, const void *x, void *out) {
    switch (from) {
    case CKTypeFloat32: CONVERT_FROM(float)
    case CKTypeFloat64: CONVERT_FROM(double)
    case CKTypeInt32: CONVERT_FROM(int32_t)
    case CKTypeInt64: CONVERT_FROM(int64_t)
    case CKTypeUInt8: case CKTypeBool: CONVERT_FROM(uint8_t)
    }
}
