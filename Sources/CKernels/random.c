#include "random.h"
#include "vmath.h"
#include <math.h>

static inline __attribute__((always_inline)) void philox(uint32_t x[4], uint32_t k0, uint32_t k1) {
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * x[0], p1 = (uint64_t)0xCD9E8D57u * x[2];
        uint32_t y0 = (uint32_t)(p1 >> 32) ^ x[1] ^ k0, y2 = (uint32_t)(p0 >> 32) ^ x[3] ^ k1;
        x[0] = y0; x[1] = (uint32_t)p1; x[2] = y2; x[3] = (uint32_t)p0;
        k0 += 0x9E3779B9u; k1 += 0xBB67AE85u;
    }
}

void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    for (int i = 0; i < 4; i++) out[i] = counter[i];
    philox(out, key[0], key[1]);
}

static inline __attribute__((always_inline)) void block(uint64_t key, uint64_t index, uint32_t words[4]) {
    words[0] = (uint32_t)index; words[1] = (uint32_t)(index >> 32); words[2] = 0; words[3] = 0;
    philox(words, (uint32_t)key, (uint32_t)(key >> 32));
}

// 24 bits fill a float's significand: a value in [0, 1).
static inline float unit(uint32_t word) { return (float)(word >> 8) * 0x1p-24f; }

// Blocks of four, then the part of one that remains.
#define BLOCKS(T, ...) \
    for (size_t b = 0; b < (n + 3) / 4; b++) { \
        uint32_t w[4]; T v[4]; \
        block(key, first + b, w); \
        __VA_ARGS__; \
        for (size_t i = 0; i < 4 && 4 * b + i < n; i++) out[4 * b + i] = v[i]; \
    }

CK_CLONES
void ck_random_uniform(uint64_t key, uint64_t first, size_t n, float low, float high, float *out) {
    float width = high - low;
    BLOCKS(float, for (int i = 0; i < 4; i++) {
        float value = low + width * unit(w[i]);
        v[i] = value < high || width == 0 ? value : nextafterf(high, low);
    })
}

CK_CLONES
void ck_random_normal(uint64_t key, uint64_t first, size_t n, float mean, float deviation, float *out) {
    BLOCKS(float, for (int i = 0; i < 4; i += 2) {
        double radius = sqrt(-2 * log(((double)w[i] + 1) * 0x1p-32)), angle = 0x1.921fb54442d18p2 * (double)w[i + 1] * 0x1p-32;
        v[i] = mean + deviation * (float)(radius * cos(angle));
        v[i + 1] = mean + deviation * (float)(radius * sin(angle));
    })
}

void ck_random_words(uint64_t key, uint64_t first, size_t n, uint32_t *out) {
    BLOCKS(uint32_t, for (int i = 0; i < 4; i++) v[i] = w[i])
}
