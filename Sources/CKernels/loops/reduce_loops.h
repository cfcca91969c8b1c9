// The loops of reduce.c, written once: T is the element type, TOTAL that of long sums, NAME makes the name of a
// function.

// Running sums side by side over a block, added up in pairs; then TOTAL's precision from block to block.
CK_INLINE T NAME(row_sum)(size_t n, const T *x) {
    TOTAL total = 0;
    size_t start = 0;
    for (; start + SUM_LANES <= n;) {
        size_t end = start + BLOCK < n ? start + BLOCK : n;
        T sums[SUM_LANES] = {0};
        for (; start + SUM_LANES <= end; start += SUM_LANES)
            for (size_t lane = 0; lane < SUM_LANES; lane++) sums[lane] += x[start + lane];
        for (size_t width = SUM_LANES / 2; width > 0; width /= 2)
            for (size_t lane = 0; lane < width; lane++) sums[lane] += sums[lane + width];
        total += sums[0];
    }
    for (; start < n; start++) total += x[start];
    return (T)total;
}

// A NaN propagates, as in NumPy.
#define BETTER(v, best, better) ((v) better (best) || (v) != (v) ? (v) : (best))

#define ROW(better) \
    T best = row[0]; \
    size_t i = 0; \
    if (n >= LANES) { \
        T bests[LANES]; \
        for (size_t lane = 0; lane < LANES; lane++) bests[lane] = row[lane]; \
        for (i = LANES; i + LANES <= n; i += LANES) \
            for (size_t lane = 0; lane < LANES; lane++) bests[lane] = BETTER(row[i + lane], bests[lane], better); \
        for (size_t lane = 0; lane < LANES; lane++) best = BETTER(bests[lane], best, better); \
    } \
    for (; i < n; i++) best = BETTER(row[i], best, better); \
    out[o] = best

#define COLUMNS(better) \
    for (size_t j = 0; j < inner; j++) to[j] = from[j]; \
    for (size_t i = 1; i < n; i++) \
        for (size_t j = 0; j < inner; j++) to[j] = BETTER(from[i * inner + j], to[j], better)

// Sums of columns, a block of rows at a time. Where rows are short, several are joined to a long one, and their sums
// folded.
CK_INLINE void NAME(column_sums)(size_t n, size_t inner, const T *from, T *restrict to) {
    enum { ROWS = 64, WIDTH = 256 };
    T partial[WIDTH];
    size_t joined = inner < WIDTH ? WIDTH / inner : 1, length = inner * joined, long_rows = n / joined;
    for (size_t j = 0; j < inner; j++) to[j] = 0;
    for (size_t j0 = 0; j0 < length; j0 += WIDTH) {
        size_t width = length - j0 < WIDTH ? length - j0 : WIDTH;
        for (size_t start = 0; start < long_rows; start += ROWS) {
            size_t end = start + ROWS < long_rows ? start + ROWS : long_rows;
            for (size_t j = 0; j < width; j++) partial[j] = 0;
            for (size_t i = start; i < end; i++)
                for (size_t j = 0; j < width; j++) partial[j] += from[i * length + j0 + j];
            if (joined == 1)
                for (size_t j = 0; j < width; j++) to[j0 + j] += partial[j];
            else
                for (size_t j = 0; j < inner; j++) {
                    T sum = 0;
                    for (size_t k = 0; k < joined; k++) sum += partial[k * inner + j];
                    to[j] += sum;
                }
        }
    }
    for (size_t i = long_rows * joined; i < n; i++)
        for (size_t j = 0; j < inner; j++) to[j] += from[i * inner + j];
}

CK_CLONES
void NAME(ck_reduce)(CKReduction op, size_t outer, size_t n, size_t inner, const T *x, T *restrict out) {
    if (inner == 1)
        for (size_t o = 0; o < outer; o++) {
            const T *row = x + o * n;
            switch (op) {
            case CKReductionSum: out[o] = NAME(row_sum)(n, row); break;
            case CKReductionProduct: {
                TOTAL product = 1;
                for (size_t i = 0; i < n; i++) product *= row[i];
                out[o] = (T)product;
                break;
            }
            case CKReductionMaximum: { ROW(>); break; }
            case CKReductionMinimum: { ROW(<); break; }
            }
        }
    else
        for (size_t o = 0; o < outer; o++) {
            const T *from = x + o * n * inner;
            T *to = out + o * inner;
            switch (op) {
            case CKReductionSum: NAME(column_sums)(n, inner, from, to); break;
            case CKReductionProduct:
                for (size_t j = 0; j < inner; j++) to[j] = 1;
                for (size_t i = 0; i < n; i++)
                    for (size_t j = 0; j < inner; j++) to[j] *= from[i * inner + j];
                break;
            case CKReductionMaximum: COLUMNS(>); break;
            case CKReductionMinimum: COLUMNS(<); break;
            }
        }
}

void NAME(ck_arg_max)(size_t outer, size_t n, size_t inner, const T *x, int32_t *out) {
    for (size_t o = 0; o < outer; o++)
        for (size_t j = 0; j < inner; j++) {
            const T *column = x + o * n * inner + j;
            size_t best = 0;
            for (size_t i = 1; i < n; i++) {
                T v = column[i * inner], largest = column[best * inner];
                if (v > largest || (v != v && largest == largest)) best = i;
            }
            out[o * inner + j] = (int32_t)best;
        }
}

void NAME(ck_cumulative)(CKReduction op, size_t outer, size_t n, size_t inner, const T *x, T *restrict out) {
    for (size_t o = 0; o < outer; o++)
        for (size_t j = 0; j < inner; j++) {
            size_t index = o * n * inner + j;
            TOTAL total = op == CKReductionProduct ? 1 : 0;
            for (size_t i = 0; i < n; i++, index += inner) {
                total = op == CKReductionProduct ? total * (TOTAL)x[index] : total + (TOTAL)x[index];
                out[index] = (T)total;
            }
        }
}

void NAME(ck_cumulative_arg_max)(size_t outer, size_t n, size_t inner, const T *x, int32_t *out) {
    for (size_t o = 0; o < outer; o++)
        for (size_t j = 0; j < inner; j++) {
            const T *column = x + o * n * inner + j;
            size_t best = 0;
            for (size_t i = 0; i < n; i++) {
                T v = column[i * inner], largest = column[best * inner];
                if (v >= largest || (v != v && largest == largest)) best = i;
                out[(o * n + i) * inner + j] = (int32_t)best;
            }
        }
}
