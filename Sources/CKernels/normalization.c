#include "normalization.h"
#include "vmath.h"
#include <float.h>
#include <math.h>

// Columns are processed in strips of WIDTH; where there are fewer channels, several rows are joined to a line. A block
// of rows stays in the first-level cache, so that it can be read twice.
enum { WIDTH = 256, BLOCK = 16, LANES = 16 };

/// The number of rows joined to a line, the length of a line, and the number of lines.
typedef struct { size_t joined, length, rows; } Lines;

CK_INLINE Lines lines_of(size_t rows, size_t channels) {
    size_t joined = channels < WIDTH ? WIDTH / channels : 1;
    if (joined > rows) joined = rows ? rows : 1;
    return (Lines){joined, channels * joined, rows / joined};
}

// Sums of the parts of a strip that belong to the same channel.
CK_INLINE void fold(size_t joined, size_t channels, const float *sums, double *out) {
    for (size_t c = 0; c < channels; c++) {
        float sum = 0;
        for (size_t k = 0; k < joined; k++) sum += sums[k * channels + c];
        out[c] = (double)sum;
    }
}

// The means of such sums of `count` numbers. Rounded once: the mean of a constant is the constant.
CK_INLINE void fold_mean(size_t joined, size_t channels, const float *sums, size_t count, double *out) {
    for (size_t c = 0; c < channels; c++) {
        double sum = 0;
        for (size_t k = 0; k < joined; k++) sum += (double)sums[k * channels + c];
        out[c] = sum / (double)count;
    }
}

// The moments of a sequence, in double precision: every `step`-th of `joined` numbers, in each of the rows.
static void exact_moments(size_t rows, size_t stride, size_t joined, size_t step, const float *x, double *mean,
                          double *distance) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < joined; k++) sum += (double)x[i * stride + k * step];
    double center = sum / (double)(rows * joined);
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < joined; k++) {
            double d = (double)x[i * stride + k * step] - center;
            squares += d * d;
        }
    *mean = center;
    *distance = squares;
}

CK_INLINE void block_moments(size_t rows, size_t stride, size_t joined, size_t channels, const float *x, double *mean,
                             double *distance) {
    float sums[WIDTH], center[WIDTH];
    size_t width = joined * channels;
    for (size_t j = 0; j < width; j++) sums[j] = 0;
    // Four lines at a time, so that the sums are loaded and stored less often.
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        const float *a = x + i * stride, *b = a + stride, *c = b + stride, *d = c + stride;
        for (size_t j = 0; j < width; j++) sums[j] += (a[j] + b[j]) + (c[j] + d[j]);
    }
    for (; i < rows; i++)
        for (size_t j = 0; j < width; j++) sums[j] += x[i * stride + j];
    fold_mean(joined, channels, sums, rows * joined, mean);
    for (size_t k = 0; k < joined; k++)
        for (size_t c = 0; c < channels; c++) center[k * channels + c] = (float)mean[c];
    for (size_t j = 0; j < width; j++) sums[j] = 0;
    for (i = 0; i + 4 <= rows; i += 4) {
        const float *p = x + i * stride, *q = p + stride, *r = q + stride, *s = r + stride;
        for (size_t j = 0; j < width; j++) {
            float a = p[j] - center[j], b = q[j] - center[j], c = r[j] - center[j], d = s[j] - center[j];
            sums[j] += (a * a + b * b) + (c * c + d * d);
        }
    }
    for (; i < rows; i++)
        for (size_t j = 0; j < width; j++) {
            float d = x[i * stride + j] - center[j];
            sums[j] += d * d;
        }
    fold(joined, channels, sums, distance);
    // The distances are from the mean rounded to a float, which therefore is the mean that they go with.
    int is_large = 0;
    for (size_t c = 0; c < channels; c++) {
        mean[c] = (double)center[c];
        is_large |= !(distance[c] <= (double)FLT_MAX);
    }
    if (!is_large) return;
    // Squares, or a sum, that are beyond single precision.
    for (size_t c = 0; c < channels; c++)
        if (!(distance[c] <= (double)FLT_MAX)) exact_moments(rows, stride, joined, channels, x + c, mean + c, distance + c);
}

CK_INLINE void merge(size_t n, double count, double added, const double *more, const double *more_distance, double *mean,
                     double *distance) {
    double share = added / (count + added), weight = count * share;
    for (size_t j = 0; j < n; j++) {
        double difference = more[j] - mean[j];
        mean[j] += difference * share;
        distance[j] += more_distance[j] + difference * difference * weight;
    }
}

CK_CLONES
void ck_column_moments(size_t rows, size_t channels, const float *x, double *mean, double *distance) {
    double block_mean[WIDTH], block_distance[WIDTH];
    Lines lines = lines_of(rows, channels);
    for (size_t c = 0; c < channels; c++) mean[c] = distance[c] = 0;
    for (size_t c0 = 0; c0 < lines.length; c0 += WIDTH) {
        size_t width = lines.length - c0 < WIDTH ? lines.length - c0 : WIDTH;
        size_t n = lines.joined == 1 ? width : channels;
        for (size_t start = 0; start < lines.rows; start += BLOCK) {
            size_t count = lines.rows - start < BLOCK ? lines.rows - start : BLOCK;
            block_moments(count, lines.length, lines.joined, n, x + start * lines.length + c0, block_mean, block_distance);
            merge(n, (double)(start * lines.joined), (double)(count * lines.joined), block_mean, block_distance, mean + c0,
                  distance + c0);
        }
    }
    size_t done = lines.rows * lines.joined;
    if (done < rows) {
        block_moments(rows - done, channels, 1, channels, x + done * channels, block_mean, block_distance);
        merge(channels, (double)done, (double)(rows - done), block_mean, block_distance, mean, distance);
    }
}

void ck_join_moments(size_t sets, size_t parts, size_t channels, size_t group, const int64_t *rows, double *moments,
                     double *mean, double *variance) {
    for (size_t set = 0; set < sets; set++, mean += channels, variance += channels) {
        double count = 0;
        for (size_t c = 0; c < channels; c++) mean[c] = variance[c] = 0;
        for (size_t part = 0; part < parts; part++, moments += 2 * channels) {
            merge(channels, count, (double)rows[part], moments, moments + channels, mean, variance);
            count += (double)rows[part];
        }
        for (size_t first = 0; first < channels; first += group) {
            double center = 0, total = 0;
            for (size_t c = first; c < first + group; c++) center += mean[c];
            center /= (double)group;
            for (size_t c = first; c < first + group; c++)
                total += variance[c] + count * (mean[c] - center) * (mean[c] - center);
            for (size_t c = first; c < first + group; c++) mean[c] = center, variance[c] = total / (count * (double)group);
        }
    }
}

void ck_normalization_constants(size_t n, const double *mean, const double *variance, double epsilon, float *center,
                                float *inverse) {
    for (size_t i = 0; i < n; i++) {
        center[i] = (float)mean[i];
        inverse[i] = (float)(1 / sqrt(variance[i] + epsilon));
    }
}

// The constants of a strip, repeated for each of the rows that are joined.
typedef struct { float center[WIDTH], scale[WIDTH], offset[WIDTH], tilt[WIDTH], shift[WIDTH]; } Strip;

CK_INLINE Strip strip_at(size_t c0, size_t width, size_t channels, const float *center, const float *inverse,
                         const float *gamma, const float *beta, const float *tilt, const float *shift) {
    Strip strip;
    for (size_t j = 0, c = c0; j < width; j++, c = c + 1 < channels ? c + 1 : 0) {
        strip.center[j] = center[c];
        strip.scale[j] = inverse[c] * gamma[c];
        strip.offset[j] = beta[c];
        strip.tilt[j] = tilt ? tilt[c] : 0;
        strip.shift[j] = shift ? shift[c] : 0;
    }
    return strip;
}

// The gradient before f, d being the distance from the center.
CK_INLINE float before_slope(float d, float dy, const Strip *strip, size_t j, float slope) {
    return d * strip->scale[j] + strip->offset[j] > 0 ? dy : slope * dy;
}

// Runs statements for every line of every strip: `at` is the position of the line in x, `strip` has its constants and
// `width` its length. The rows that do not fill a line follow as a shorter one.
#define STRIPS(...) \
    Lines lines = lines_of(rows, channels); \
    size_t total = rows * channels; \
    for (size_t c0 = 0; c0 < lines.length; c0 += WIDTH) { \
        size_t strip_width = lines.length - c0 < WIDTH ? lines.length - c0 : WIDTH; \
        Strip strip = strip_at(c0, strip_width, channels, center, inverse, gamma, beta, tilt, shift); \
        for (size_t at = c0; at < total; at += lines.length) { \
            size_t width = total - at < strip_width ? total - at : strip_width; \
            __VA_ARGS__ \
        } \
    }

CK_CLONES
void ck_normalize(size_t rows, size_t channels, const float *x, const float *center, const float *inverse, const float *gamma,
                  const float *beta, float slope, float *restrict y) {
    const float *tilt = 0, *shift = 0;
    STRIPS(
        for (size_t j = 0; j < width; j++) {
            float z = (x[at + j] - strip.center[j]) * strip.scale[j] + strip.offset[j];
            y[at + j] = z > 0 ? z : slope * z;
        })
}

CK_CLONES
void ck_normalization_sums(size_t rows, size_t channels, const float *x, const float *dy, const float *center,
                           const float *inverse, const float *gamma, const float *beta, float slope, double *sums,
                           double *products) {
    Lines lines = lines_of(rows, channels);
    for (size_t c = 0; c < channels; c++) sums[c] = products[c] = 0;
    for (size_t c0 = 0; c0 < lines.length; c0 += WIDTH) {
        size_t width = lines.length - c0 < WIDTH ? lines.length - c0 : WIDTH;
        size_t n = lines.joined == 1 ? width : channels;
        Strip strip = strip_at(c0, width, channels, center, inverse, gamma, beta, 0, 0);
        double folded[WIDTH];
        // Including the last rows, which do not fill a line.
        size_t total = rows * channels;
        for (size_t start = c0; start < total; start += BLOCK * lines.length) {
            size_t end = start + BLOCK * lines.length < total ? start + BLOCK * lines.length : total;
            float sum[WIDTH], product[WIDTH];
            for (size_t j = 0; j < width; j++) sum[j] = product[j] = 0;
            size_t at = start;
            for (; at + 3 * lines.length + width <= end; at += 4 * lines.length)
                for (size_t j = 0; j < width; j++)
                    for (int line = 0; line < 4; line++) {
                        size_t position = at + (size_t)line * lines.length + j;
                        float d = x[position] - strip.center[j], dz = before_slope(d, dy[position], &strip, j, slope);
                        sum[j] += dz;
                        product[j] += dz * d;
                    }
            for (; at < end; at += lines.length) {
                size_t length = total - at < width ? total - at : width;
                for (size_t j = 0; j < length; j++) {
                    float d = x[at + j] - strip.center[j], dz = before_slope(d, dy[at + j], &strip, j, slope);
                    sum[j] += dz;
                    product[j] += dz * d;
                }
            }
            fold(lines.joined, n, sum, folded);
            for (size_t j = 0; j < n; j++) sums[c0 + j] += folded[j];
            fold(lines.joined, n, product, folded);
            for (size_t j = 0; j < n; j++) products[c0 + j] += folded[j];
        }
    }
}

void ck_normalization_slopes(size_t sets, size_t parts, size_t channels, size_t group, double count, const double *sums,
                             const float *inverse, const float *gamma, float *tilt, float *shift, float *d_gamma,
                             float *d_beta) {
    for (size_t first = 0; first < channels; first += group) {
        for (size_t c = first; c < first + group; c++) d_gamma[c] = d_beta[c] = 0;
        for (size_t set = 0; set < sets; set++) {
            double all = 0, all_products = 0, r = (double)inverse[set * channels + first], n = count * (double)group;
            for (size_t c = first; c < first + group; c++) {
                const double *part = sums + set * parts * 2 * channels + c;
                double sum = 0, product = 0;
                for (size_t p = 0; p < parts; p++, part += 2 * channels) sum += part[0], product += part[channels];
                d_gamma[c] += (float)(r * product);
                d_beta[c] += (float)sum;
                all += (double)gamma[c] * sum;
                all_products += (double)gamma[c] * product;
            }
            // Where mean and variance are given, the gradient does not flow through them, whatever the sums are.
            if (!isfinite(count)) all = all_products = 0;
            for (size_t c = first; c < first + group; c++) {
                tilt[set * channels + c] = (float)(-r * r * r * all_products / n);
                shift[set * channels + c] = (float)(-r * all / n);
            }
        }
    }
}

CK_CLONES
void ck_normalization_gradient(size_t rows, size_t channels, const float *x, const float *dy, const float *center,
                               const float *inverse, const float *gamma, const float *beta, float slope, const float *tilt,
                               const float *shift, float *restrict dx) {
    STRIPS(
        for (size_t j = 0; j < width; j++) {
            float d = x[at + j] - strip.center[j], dz = before_slope(d, dy[at + j], &strip, j, slope);
            dx[at + j] = dz * strip.scale[j] + (d * strip.tilt[j] + strip.shift[j]);
        })
}

CK_INLINE float row_sum(size_t n, const float *x) {
    float sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++) sums[l] += x[i + l];
    for (size_t l = 0; l < LANES; l++) sum += sums[l];
    for (; i < n; i++) sum += x[i];
    return sum;
}

CK_INLINE float row_distance(size_t n, const float *x, float mean) {
    float sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++) sums[l] += (x[i + l] - mean) * (x[i + l] - mean);
    for (size_t l = 0; l < LANES; l++) sum += sums[l];
    for (; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
    return sum;
}

CK_CLONES
void ck_normalize_rows(size_t rows, size_t channels, const float *x, const float *gamma, const float *beta, float epsilon,
                       float *mean, float *inverse, float *restrict y) {
    for (size_t row = 0; row < rows; row++, x += channels, y += channels) {
        float center = row_sum(channels, x) / (float)channels, distance = row_distance(channels, x, center);
        float scale = 1 / sqrtf(distance / (float)channels + epsilon);
        if (!(distance <= FLT_MAX)) {
            double mean_of_row, squares;
            exact_moments(1, channels, channels, 1, x, &mean_of_row, &squares);
            center = (float)mean_of_row;
            scale = (float)(1 / sqrt(squares / (double)channels + (double)epsilon));
        }
        for (size_t c = 0; c < channels; c++) y[c] = (x[c] - center) * scale * gamma[c] + beta[c];
        mean[row] = center;
        inverse[row] = scale;
    }
}

CK_CLONES
void ck_normalize_rows_gradient(size_t rows, size_t channels, const float *x, const float *dy, const float *mean,
                                const float *inverse, const float *gamma, float *restrict dx, float *restrict d_gamma,
                                float *restrict d_beta) {
    for (size_t row = 0; row < rows; row++, x += channels, dy += channels) {
        float center = mean[row], r = inverse[row];
        float sums[LANES] = {0}, products[LANES] = {0}, sum = 0, product = 0;
        size_t c = 0;
        for (; c + LANES <= channels; c += LANES)
            for (size_t l = 0; l < LANES; l++) {
                float d = (x[c + l] - center) * r, dz = dy[c + l] * gamma[c + l];
                sums[l] += dz;
                products[l] += dz * d;
                d_gamma[c + l] += dy[c + l] * d;
                d_beta[c + l] += dy[c + l];
            }
        for (size_t l = 0; l < LANES; l++) sum += sums[l], product += products[l];
        for (; c < channels; c++) {
            float d = (x[c] - center) * r, dz = dy[c] * gamma[c];
            sum += dz;
            product += dz * d;
            d_gamma[c] += dy[c] * d;
            d_beta[c] += dy[c];
        }
        if (!dx) continue;
        float shift = sum / (float)channels, tilt = product / (float)channels;
        for (c = 0; c < channels; c++) dx[c] = r * (dy[c] * gamma[c] - shift - (x[c] - center) * r * tilt);
        dx += channels;
    }
}
