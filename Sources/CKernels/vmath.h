#pragma once

// Elementary functions written so that a plain loop over them vectorizes: no branches, no tables, no calls. Each is
// within 3 units in the last place of the true value (tanh within 6), and follows IEEE at the edges: NaN stays NaN, exp
// overflows to infinity and underflows through the subnormal numbers to zero, log(0) is -infinity. The polynomials were
// fitted by Lawson's iteration (near-minimax in relative error).

#include <stdint.h>
#include <string.h>

/// Compiles a function once for each generation of processors; the loader picks one when the program starts. (Under a
/// sanitizer there is one only: the loader picks before the sanitizer's run time is ready.)
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif

/// A helper that takes on the instruction set of the function it is used in.
#define CK_INLINE static inline __attribute__((always_inline, unused))

CK_INLINE float ck_float_of_bits(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

CK_INLINE int32_t ck_bits_of_float(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// x, clamped between two bounds; NaN stays NaN.
CK_INLINE float ck_clamp(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

/// x = n ln 2 + r with |r| ≤ ln 2 / 2: returns eʳ - 1 and stores n. Meaningful for |x| < 2²¹.
CK_INLINE float ck_expm1_reduced(float x, int32_t *n) {
    const float rounder = 12582912.0f;  // 1.5 · 2²³: adding it rounds to an integer, held in the low bits
    float shifted = x * 1.44269504f + rounder;
    float whole = shifted - rounder;
    *n = ck_bits_of_float(shifted) - ck_bits_of_float(rounder);
    float r = x - whole * 0.693359375f;  // ln 2 in two parts: the first product is exact
    r = r + whole * 2.12194440e-4f;
    float q = 1.381314439e-3f;
    q = q * r + 8.369418847e-3f;
    q = q * r + 4.166845679e-2f;
    q = q * r + 1.666651479e-1f;
    q = q * r + 4.999999305e-1f;
    return r + r * r * q;
}

/// eˣ
CK_INLINE float ck_exp(float x) {
    int32_t n;
    float p = 1.0f + ck_expm1_reduced(ck_clamp(x, -104.0f, 89.0f), &n);
    int32_t half = n >> 1;  // 2ⁿ in two factors, because n exceeds the range of one exponent
    return p * ck_float_of_bits((half + 127) << 23) * ck_float_of_bits((n - half + 127) << 23);
}

/// eˣ - 1, accurate near zero.
CK_INLINE float ck_expm1(float x) {
    int32_t n;
    float m = ck_expm1_reduced(ck_clamp(x, -30.0f, 88.0f), &n);
    float power = ck_float_of_bits((n + 127) << 23);
    float result = power * m + (power - 1.0f);
    return x > 88.0f ? ck_exp(x) : result;
}

/// The natural logarithm.
CK_INLINE float ck_log(float x) {
    int tiny = x < 1.17549435e-38f;
    float normal = tiny ? x * 8388608.0f : x;
    int32_t bits = ck_bits_of_float(normal) - 0x3f3504f3;  // √½: the mantissa lies in [√½, √2)
    float n = (float)(bits >> 23) - (tiny ? 23.0f : 0.0f);
    float f = ck_float_of_bits((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;
    float p = -7.634493024e-2f;
    p = p * f + 1.276157564e-1f;
    p = p * f - 1.316018306e-1f;
    p = p * f + 1.420175823e-1f;
    p = p * f - 1.662335730e-1f;
    p = p * f + 2.000122687e-1f;
    p = p * f - 2.500082104e-1f;
    p = p * f + 3.333333171e-1f;
    float square = f * f;
    float result = p * f * square - 2.12194440e-4f * n - 0.5f * square + f + 0.693359375f * n;
    result = x == 0.0f ? -__builtin_inff() : result;
    result = x < 0.0f ? __builtin_nanf("") : result;
    return x < __builtin_inff() ? result : x;  // infinity and NaN are their own logarithms
}

/// log(1 + x), accurate near zero.
CK_INLINE float ck_log1p(float x) {
    float u = 1.0f + x;
    float lost = x - (u - 1.0f);  // the rounding error of 1 + x
    float corrected = ck_log(u) + lost / u;
    return u < __builtin_inff() && u > 0.0f ? corrected : ck_log(u);
}

/// The hyperbolic tangent, as an odd rational function.
CK_INLINE float ck_tanh(float x) {
    float t = ck_clamp(x, -9.5f, 9.5f);  // there the quotient is so far above 1 that it is clamped to 1 however it is rounded
    float u = t * t;
    float p = 1.335448092e-8f;
    p = p * u + 2.060894852e-5f;
    p = p * u + 3.495579946e-3f;
    p = p * u + 1.338101877e-1f;
    p = p * u + 9.999999795e-1f;
    float q = 7.776483209e-7f;
    q = q * u + 3.285621453e-4f;
    q = q * u + 2.587695111e-2f;
    q = q * u + 4.671433436e-1f;
    q = q * u + 1.0f;
    return ck_clamp(t * p / q, -1.0f, 1.0f);  // rounding must not exceed the limits: 1 - tanh² is the derivative
}

/// The logistic function 1 / (1 + e⁻ˣ).
CK_INLINE float ck_sigmoid(float x) { return 1.0f / (1.0f + ck_exp(-x)); }

/// e^(−x²/2). The square of the leading bits is exact, so that its rounding does not spoil the tails.
CK_INLINE float ck_bell(float x) {
    x = ck_clamp(x, -15.0f, 15.0f);
    float leading = ck_float_of_bits(ck_bits_of_float(x) & (int32_t)0xfffff000);
    return ck_exp(-0.5f * leading * leading) * ck_exp(0.5f * (leading - x) * (leading + x));
}

/// The normal distribution function Φ, accurate in its lower tail (Press et al., Numerical Recipes, section 6.2).
CK_INLINE float ck_normal_cdf(float x) {
    float distance = ck_clamp(x < 0.0f ? -x : x, 0.0f, 15.0f), t = 1.0f / (1.0f + 0.35355339f * distance);
    float p = 0.17087277f;
    p = p * t - 0.82215223f;
    p = p * t + 1.48851587f;
    p = p * t - 1.13520398f;
    p = p * t + 0.27886807f;
    p = p * t - 0.18628806f;
    p = p * t + 0.09678418f;
    p = p * t + 0.37409196f;
    p = p * t + 1.00002368f;
    p = p * t - 1.26551223f;
    float tail = 0.5f * t * ck_exp(p) * ck_bell(distance);
    return x < 0.0f ? tail : 1.0f - tail;
}

/// max(x, 0); NaN stays NaN.
CK_INLINE float ck_relu(float x) { return x < 0.0f ? 0.0f : x; }
