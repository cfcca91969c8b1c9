#include "movement.h"
#include <string.h>

enum { MAX_RANK = 8, TILE = 16 };

typedef struct { size_t rank; size_t dims[MAX_RANK]; ptrdiff_t from[MAX_RANK], to[MAX_RANK]; } Block;

// Drops dimensions of size 1 and joins neighbors that are contiguous in both layouts.
static Block simplified(size_t rank, const int32_t *dims, const ptrdiff_t *from, const ptrdiff_t *to) {
    Block block = {0};
    for (size_t i = 0; i < rank; i++) {
        if (dims[i] == 1) continue;
        size_t size = (size_t)dims[i], last = block.rank - 1;
        if (block.rank > 0 && block.from[last] == from[i] * (ptrdiff_t)size && block.to[last] == to[i] * (ptrdiff_t)size) {
            block.dims[last] *= size; block.from[last] = from[i]; block.to[last] = to[i];
        } else {
            block.dims[block.rank] = size; block.from[block.rank] = from[i]; block.to[block.rank] = to[i];
            block.rank++;
        }
    }
    return block;
}

#define RUNS(T) \
    /* One run of n elements. */ \
    static inline void run_##T(size_t n, const T *from, ptrdiff_t fs, T *to, ptrdiff_t ts) { \
        if (fs == 1 && ts == 1) memcpy(to, from, n * sizeof(T)); \
        else if (fs == 0 && ts == 1) { T v = *from; for (size_t i = 0; i < n; i++) to[i] = v; } \
        else for (size_t i = 0; i < n; i++) to[(ptrdiff_t)i * ts] = from[(ptrdiff_t)i * fs]; \
    } \
    /* A plane, in tiles that stay in the first-level cache: a transposition reads and writes whole lines. */ \
    static void plane_##T(size_t rows, size_t columns, const T *from, ptrdiff_t fr, ptrdiff_t fc, T *to, ptrdiff_t tr, ptrdiff_t tc) { \
        if ((fc == 1 || fc == 0) && tc == 1) { \
            for (size_t r = 0; r < rows; r++) run_##T(columns, from + (ptrdiff_t)r * fr, fc, to + (ptrdiff_t)r * tr, tc); \
            return; \
        } \
        /* Through a small buffer: cache lines are read and written whole, even if rows are a power of two apart. */ \
        T tile[TILE][TILE]; \
        for (size_t r0 = 0; r0 < rows; r0 += TILE) \
            for (size_t c0 = 0; c0 < columns; c0 += TILE) { \
                size_t height = rows - r0 < TILE ? rows - r0 : TILE, width = columns - c0 < TILE ? columns - c0 : TILE; \
                const T *source = from + (ptrdiff_t)r0 * fr + (ptrdiff_t)c0 * fc; \
                T *target = to + (ptrdiff_t)r0 * tr + (ptrdiff_t)c0 * tc; \
                for (size_t c = 0; c < width; c++) \
                    for (size_t r = 0; r < height; r++) tile[r][c] = source[(ptrdiff_t)r * fr + (ptrdiff_t)c * fc]; \
                for (size_t r = 0; r < height; r++) \
                    for (size_t c = 0; c < width; c++) target[(ptrdiff_t)r * tr + (ptrdiff_t)c * tc] = tile[r][c]; \
            } \
    } \
    static void copy_##T(Block b, const T *from, T *to) { \
        if (b.rank == 0) { *to = *from; return; } \
        if (b.rank == 1) { run_##T(b.dims[0], from, b.from[0], to, b.to[0]); return; } \
        size_t r = b.rank - 2, c = b.rank - 1, index[MAX_RANK] = {0}; \
        /* The tiles want the unit stride of the source inside: swap the last dimension with the one that has it. */ \
        if (b.from[c] != 1 && b.to[c] == 1) \
            for (size_t i = 0; i < c; i++) if (b.from[i] == 1) { \
                size_t d = b.dims[i]; b.dims[i] = b.dims[r]; b.dims[r] = d; \
                ptrdiff_t s = b.from[i]; b.from[i] = b.from[r]; b.from[r] = s; \
                s = b.to[i]; b.to[i] = b.to[r]; b.to[r] = s; \
                break; \
            } \
        for (;;) { \
            plane_##T(b.dims[r], b.dims[c], from, b.from[r], b.from[c], to, b.to[r], b.to[c]); \
            size_t axis = r; \
            for (;;) { \
                if (axis == 0) return; \
                axis--; \
                from += b.from[axis]; to += b.to[axis]; \
                if (++index[axis] < b.dims[axis]) break; \
                from -= b.from[axis] * (ptrdiff_t)b.dims[axis]; to -= b.to[axis] * (ptrdiff_t)b.dims[axis]; \
                index[axis] = 0; \
            } \
        } \
    }
RUNS(uint8_t)
RUNS(uint32_t)
RUNS(uint64_t)

void ck_copy(size_t elementSize, size_t rank, const int32_t *dims, const ptrdiff_t *fromStrides, const ptrdiff_t *toStrides,
             const void *from, void *to) {
    for (size_t i = 0; i < rank; i++) if (dims[i] == 0) return;
    Block block = simplified(rank, dims, fromStrides, toStrides);
    if (elementSize == 4) copy_uint32_t(block, from, to);
    else if (elementSize == 8) copy_uint64_t(block, from, to);
    else copy_uint8_t(block, from, to);
}

void ck_gather(size_t elementSize, size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const void *x, void *out) {
    size_t run = inner * elementSize;
    const char *from = x;
    char *to = out;
    for (size_t o = 0; o < outer; o++, from += n * run)
        for (size_t i = 0; i < count; i++, to += run) memcpy(to, from + (size_t)indices[i] * run, run);
}

#define SCATTER_ADD(T) \
    for (size_t o = 0; o < outer; o++, out += n * inner) \
        for (size_t i = 0; i < count; i++, x += inner) { \
            T *to = out + (size_t)indices[i] * inner; \
            for (size_t j = 0; j < inner; j++) to[j] += x[j]; \
        }
void ck_scatter_add_float(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const float *x, float *out) { SCATTER_ADD(float) }
void ck_scatter_add_double(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const double *x, double *out) { SCATTER_ADD(double) }
void ck_scatter_add_int64(size_t outer, size_t n, size_t inner, const int32_t *indices, size_t count, const int64_t *x, int64_t *out) { SCATTER_ADD(int64_t) }
