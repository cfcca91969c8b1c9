#include "elementwise.h"
#include "vmath.h"
#include <math.h>
#include <string.h>

#define T float
#define NAME(stem) stem##_float
#define F(function) function##f  // of <math.h>
#define V(function) ck_##function  // of vmath.h
#include "elementwise_loops.h"
#undef T
#undef NAME
#undef F
#undef V

#define T double
#define NAME(stem) stem##_double
#define F(function) function
#define V(function) function
#include "elementwise_loops.h"

CK_CLONES
void ck_accumulate_float(size_t n, const float *x, float *restrict out) {
    for (size_t i = 0; i < n; i++) out[i] += x[i];
}

void ck_fill(CKType type, size_t n, double value, void *out) {
    if (value == 0) { memset(out, 0, n * (type == CKTypeFloat64 ? 8 : type == CKTypeUInt8 || type == CKTypeBool ? 1 : 4)); return; }
    switch (type) {
    case CKTypeFloat32: { float v = (float)value; for (size_t i = 0; i < n; i++) ((float *)out)[i] = v; break; }
    case CKTypeFloat64: for (size_t i = 0; i < n; i++) ((double *)out)[i] = value; break;
    default: { ck_convert(CKTypeFloat64, type, 1, &value, out);
        if (type == CKTypeInt32) for (size_t i = 1; i < n; i++) ((int32_t *)out)[i] = *(int32_t *)out;
        else memset(out, *(uint8_t *)out, n); }
    }
}

static inline double clamped(double x, double low, double high) { return x >= low ? (x < high ? x : high) : x < low ? low : 0; }

#define AS_SAME(x) (x)
#define AS_INT32(x) ((int32_t)clamped((double)(x), INT32_MIN, INT32_MAX))
#define AS_UINT8(x) ((uint8_t)clamped((double)(x), 0, UINT8_MAX))
#define AS_BOOL(x) ((x) != 0)
#define CONVERT(FROM, TO, AS) { const FROM *s = x; TO *d = out; for (size_t i = 0; i < n; i++) d[i] = (TO)AS(s[i]); break; }
#define CONVERT_FROM(FROM) \
    switch (to) { \
    case CKTypeFloat32: CONVERT(FROM, float, AS_SAME) \
    case CKTypeFloat64: CONVERT(FROM, double, AS_SAME) \
    case CKTypeInt32: CONVERT(FROM, int32_t, AS_INT32) \
    case CKTypeUInt8: CONVERT(FROM, uint8_t, AS_UINT8) \
    case CKTypeBool: CONVERT(FROM, uint8_t, AS_BOOL) \
    } break;

void ck_convert(CKType from, CKType to, size_t n, const void *x, void *out) {
    switch (from) {
    case CKTypeFloat32: CONVERT_FROM(float)
    case CKTypeFloat64: CONVERT_FROM(double)
    case CKTypeInt32: CONVERT_FROM(int32_t)
    case CKTypeUInt8: case CKTypeBool: CONVERT_FROM(uint8_t)
    }
}
