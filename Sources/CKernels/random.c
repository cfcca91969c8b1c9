#include "random.h"
#include "vmath.h"
#include <math.h>

enum { LANES = 16 };  // blocks of a group that are computed side by side

// Ten rounds on LANES blocks; word i of block l is the lower half of words[i][l]. The upper halves hold remains of
// products, which no multiplication reads: vectors need not be packed between rounds.
CK_INLINE void philox(uint64_t words[4][LANES], uint32_t k0, uint32_t k1) {
    for (int round = 0; round < 10; round++) {
        for (int l = 0; l < LANES; l++) {
            uint64_t p0 = 0xD2511F53u * (words[0][l] & 0xffffffff), p1 = 0xCD9E8D57u * (words[2][l] & 0xffffffff);
            words[0][l] = (p1 >> 32) ^ words[1][l] ^ k0;
            words[1][l] = p1;
            words[2][l] = (p0 >> 32) ^ words[3][l] ^ k1;
            words[3][l] = p0;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint64_t words[4][LANES] = {{counter[0]}, {counter[1]}, {counter[2]}, {counter[3]}};
    philox(words, key[0], key[1]);
    for (int i = 0; i < 4; i++) out[i] = (uint32_t)words[i][0];
}

CK_INLINE void random_group(uint64_t key, uint64_t number, uint32_t words[4][LANES]) {
    uint64_t wide[4][LANES];
    for (int l = 0; l < LANES; l++) {
        uint64_t counter = number * LANES + (uint64_t)l;
        wide[0][l] = counter;
        wide[1][l] = counter >> 32;
        wide[2][l] = wide[3][l] = 0;
    }
    philox(wide, (uint32_t)key, (uint32_t)(key >> 32));
    for (int i = 0; i < 4; i++)
        for (int l = 0; l < LANES; l++) words[i][l] = (uint32_t)wide[i][l];
}

// Fills `out` group by group; the statement turns w (the group's words) into v (its values).
#define GROUPS(T, ...) \
    for (size_t start = 0, g = 0; start < n; start += CK_RANDOM_GROUP, g++) { \
        uint32_t w[4][LANES]; \
        T v[4][LANES]; \
        random_group(key, first + g, w); \
        for (int l = 0; l < LANES; l++) { __VA_ARGS__ } \
        size_t count = n - start < CK_RANDOM_GROUP ? n - start : CK_RANDOM_GROUP; \
        memcpy(out + start, v, count * sizeof(T)); \
    }

CK_CLONES
void ck_random_uniform(uint64_t key, uint64_t first, size_t n, float low, float high, float *out) {
    // 24 bits fill the significand of a float. Rounding must not reach the upper bound.
    float width = high - low, last = width > 0 ? nextafterf(high, low) : high;
    GROUPS(float, for (int i = 0; i < 4; i++) {
        float value = low + width * ((float)(int32_t)(w[i][l] >> 8) * 0x1p-24f);
        v[i][l] = value < last ? value : last;
    })
}

// cos and sin of 2π t for t in [0, 1): the nearest quarter turn is subtracted, and the rest lies within π/4 of 0.
CK_INLINE void turn(float t, float *cosine, float *sine) {
    float quarter = (float)(int32_t)(4 * t + 0.5f);
    float x = (t - 0.25f * quarter) * 6.28318531f, u = x * x;
    float s = x * (1 + u * (-1.66666667e-1f + u * (8.33333333e-3f + u * (-1.98412698e-4f + u * 2.75573192e-6f))));
    float c = 1 + u * (-0.5f + u * (4.16666667e-2f + u * (-1.38888889e-3f + u * (2.48015873e-5f - u * 2.75573192e-7f))));
    int32_t q = (int32_t)quarter;
    float a = q & 1 ? s : c, b = q & 1 ? c : s;
    *cosine = (q + 1) & 2 ? -a : a;
    *sine = q & 2 ? -b : b;
}

CK_CLONES
void ck_random_normal(uint64_t key, uint64_t first, size_t n, float mean, float deviation, float *out) {
    GROUPS(float, for (int i = 0; i < 4; i += 2) {
        // (w + ½) 2⁻³² lies in (0, 1]; its logarithm reaches 6.7 deviations.
        float uniform = ((float)w[i][l] + 0.5f) * 0x1p-32f, cosine, sine;
        float radius = deviation * sqrtf(-2 * ck_log(uniform));
        turn((float)(int32_t)(w[i + 1][l] >> 8) * 0x1p-24f, &cosine, &sine);
        v[i][l] = mean + radius * cosine;
        v[i + 1][l] = mean + radius * sine;
    })
}

CK_CLONES
void ck_random_words(uint64_t key, uint64_t first, size_t n, uint32_t *out) {
    GROUPS(uint32_t, for (int i = 0; i < 4; i++) v[i][l] = w[i][l];)
}

CK_CLONES
void ck_dropout(uint64_t key, uint64_t first, size_t n, uint32_t threshold, float scale, const float *x, float *out) {
    enum { COUNT = 2 * CK_RANDOM_GROUP };
    for (size_t start = 0; start < n; start += COUNT, first++) {
        uint32_t w[4][LANES];
        float factors[COUNT];
        random_group(key, first, w);
        for (int i = 0; i < 4; i++)
            for (int l = 0; l < LANES; l++) {
                factors[2 * i * LANES + l] = (w[i][l] & 0xffff) < threshold ? 0 : scale;
                factors[(2 * i + 1) * LANES + l] = (w[i][l] >> 16) < threshold ? 0 : scale;
            }
        size_t count = n - start < COUNT ? n - start : COUNT;
        // A dropped element is 0 whatever it was, infinity included.
        for (size_t j = 0; j < count; j++) out[start + j] = factors[j] > 0 ? factors[j] * x[start + j] : 0;
    }
}
