#pragma once
#include <stddef.h>
#include <stdint.h>

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): four 32-bit words for a counter
/// and a key.
void ck_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// The size of a group of numbers, which is made by vectors of counters. A group depends on the key and its own index
/// alone, so any part of a sequence can be computed on any thread.
enum { CK_RANDOM_GROUP = 64 };

/// Uniform values in [low, high), beginning with group `first`.
void ck_random_uniform(uint64_t key, uint64_t first, size_t n, float low, float high, float *out);

/// Normally distributed values (Box and Muller's method), beginning with group `first`.
void ck_random_normal(uint64_t key, uint64_t first, size_t n, float mean, float deviation, float *out);

/// Uniform 32-bit words, beginning with group `first`.
void ck_random_words(uint64_t key, uint64_t first, size_t n, uint32_t *out);

/// Dropout: an element is 0 if its 16 random bits are below the threshold, and otherwise the scale times that of x. A
/// group decides on twice as many elements as it has numbers, beginning with group `first`.
void ck_dropout(uint64_t key, uint64_t first, size_t n, uint32_t threshold, float scale, const float *x, float *out);
