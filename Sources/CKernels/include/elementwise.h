#pragma once
#include <stddef.h>
#include <stdint.h>

/// Operations of two values. Those that end in Gradient are derivatives: `a` is the gradient that arrives.
typedef enum __attribute__((enum_extensibility(closed))) CKBinary : int32_t {
    CKBinaryAdd, CKBinarySubtract, CKBinaryMultiply, CKBinaryDivide, CKBinaryPower, CKBinaryMaximum, CKBinaryMinimum,
    CKBinaryAtan2,
    CKBinaryRemainder,        ///< a − b ⌊a / b⌋: it has the sign of b
    CKBinaryTanhGradient,     ///< a (1 − b²), b = tanh x
    CKBinarySigmoidGradient,  ///< a b (1 − b), b = σ(x)
    CKBinaryReluGradient,     ///< a where b > 0, else 0
    CKBinaryLeakyGradient,    ///< a where b > 0, else p a
    CKBinaryAbsGradient,      ///< a where b > 0, −a where b < 0, 0 where b is 0
    CKBinaryProductOrZero,    ///< a b, and 0 where a is 0, whatever b is
    CKBinaryQuotientOrZero,   ///< a / b, and 0 where a is 0, whatever b is
    CKBinaryLogisticLoss,     ///< log(1 + eᵃ) − a b, without cancellation
    CKBinaryLogisticSlope,    ///< σ(a) − b, its derivative
} CKBinary;

/// Comparisons of two values.
typedef enum __attribute__((enum_extensibility(closed))) CKComparison : int32_t {
    CKComparisonEqual, CKComparisonNotEqual, CKComparisonLess, CKComparisonLessOrEqual,
} CKComparison;

/// Functions of one value. `p` and `q` are their parameters, where they have any.
typedef enum __attribute__((enum_extensibility(closed))) CKUnary : int32_t {
    CKUnaryNegate, CKUnaryExp, CKUnaryLog, CKUnarySqrt, CKUnaryAbs, CKUnarySquare, CKUnarySign, CKUnarySin, CKUnaryCos,
    CKUnaryTan, CKUnaryAsin, CKUnaryAcos, CKUnaryAtan, CKUnarySinh, CKUnaryCosh, CKUnaryAsinh, CKUnaryAcosh, CKUnaryAtanh,
    CKUnaryExp2, CKUnaryExpm1, CKUnaryLog2, CKUnaryLog10, CKUnaryLog1p, CKUnaryErf, CKUnaryErfc, CKUnaryErfInverse,
    CKUnaryFloor, CKUnaryCeil, CKUnaryRound, CKUnaryTruncate, CKUnaryTanh, CKUnarySigmoid, CKUnaryRelu,
    CKUnaryReciprocalSqrt,
    CKUnaryLeaky,     ///< x where x > 0, else p x
    CKUnarySoftplus,  ///< log(1 + eˣ)
    CKUnaryClip,      ///< x held between p and q
    CKUnaryWithin,    ///< 1 where p ≤ x ≤ q, else 0: the derivative of Clip
    CKUnaryInside,    ///< 1 where p < x < q, else 0
    // Activations with their derivatives, each accurate in both tails and right at ±∞.
    CKUnarySwish, CKUnarySwishSlope,          ///< x σ(x)
    CKUnaryMish, CKUnaryMishSlope,            ///< x tanh(log(1 + eˣ))
    CKUnaryGelu, CKUnaryGeluSlope,            ///< x Φ(x)
    CKUnaryGeluTanh, CKUnaryGeluTanhSlope,    ///< x σ(2 √(2/π) (x + 0.044715 x³))
    CKUnaryHardSwish, CKUnaryHardSwishSlope,  ///< x min(max(x / 6 + 1/2, 0), 1)
    CKUnarySoftsign, CKUnarySoftsignSlope,    ///< x / (1 + |x|)
    CKUnaryLogCosh,                           ///< log cosh x
} CKUnary;

/// The element types that a tensor may have.
typedef enum __attribute__((enum_extensibility(closed))) CKType : int32_t {
    CKTypeFloat32, CKTypeFloat64, CKTypeInt32, CKTypeInt64, CKTypeUInt8, CKTypeBool,
} CKType;

/// out[i] = op(a[i·stepA], b[i·stepB]); a step is 1 for a vector and 0 for one value used throughout.
void ck_binary_float(CKBinary op, size_t n, const float *a, size_t stepA, const float *b, size_t stepB, float *out, float p);
void ck_binary_double(CKBinary op, size_t n, const double *a, size_t stepA, const double *b, size_t stepB, double *out, double p);
/// The same for integers: sums and products wrap around, a remainder by 0 is 0, and there are no quotients.
void ck_binary_int64(CKBinary op, size_t n, const int64_t *a, size_t stepA, const int64_t *b, size_t stepB, int64_t *out);

/// out[i] += x[i].
void ck_accumulate_float(size_t n, const float *x, float *out);

/// out[i] = 1 where the comparison of a[i·stepA] and b[i·stepB] holds, else 0.
void ck_compare_float(CKComparison op, size_t n, const float *a, size_t stepA, const float *b, size_t stepB, uint8_t *out);
void ck_compare_double(CKComparison op, size_t n, const double *a, size_t stepA, const double *b, size_t stepB, uint8_t *out);
void ck_compare_int64(CKComparison op, size_t n, const int64_t *a, size_t stepA, const int64_t *b, size_t stepB, uint8_t *out);

/// out[i] = op(x[i]).
void ck_unary_float(CKUnary op, size_t n, const float *x, float *out, float p, float q);
void ck_unary_double(CKUnary op, size_t n, const double *x, double *out, double p, double q);
/// The same for integers, of the operations that make integers of them: Negate, Abs, Square, Sign, Relu and Clip.
void ck_unary_int64(CKUnary op, size_t n, const int64_t *x, int64_t *out, double p, double q);

/// The index of the first NaN, or of the first infinity if those count too; n if there is none.
size_t ck_find_not_finite_float(size_t n, const float *x, int infinities);
size_t ck_find_not_finite_double(size_t n, const double *x, int infinities);
size_t ck_find_not_finite_int64(size_t n, const int64_t *x, int infinities);

/// out[i] = condition[i] ? a[i·stepA] : b[i·stepB].
void ck_select_float(size_t n, const uint8_t *condition, const float *a, size_t stepA, const float *b, size_t stepB, float *out);
void ck_select_double(size_t n, const uint8_t *condition, const double *a, size_t stepA, const double *b, size_t stepB, double *out);
void ck_select_int64(size_t n, const uint8_t *condition, const int64_t *a, size_t stepA, const int64_t *b, size_t stepB, int64_t *out);

/// Sets n elements to a value.
void ck_fill(CKType type, size_t n, double value, void *out);

/// Converts n elements. Towards an integer type fractions are cut off and values out of range saturate (NaN becomes 0).
void ck_convert(CKType from, CKType to, size_t n, const void *x, void *out);
