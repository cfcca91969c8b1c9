#!/usr/bin/env python3
"""Makes extremes.json: what functions, reductions and losses are at the edges of their domains, and their derivatives.

Values are computed with 150 digits by mpmath; those of infinite and NaN operands of arithmetic follow IEEE 754, as NumPy does. Where a
function has a kink, the derivative is the one that the library documents. Null stands for what is not defined: it is not compared.
Run it with a Python that has mpmath and numpy:  python3 Tests/Fixtures/make_extremes.py
"""
import json
import math
import pathlib

import mpmath as mp
import numpy as np
from mpmath import mpf

mp.mp.dps = 150
inf, nan = math.inf, math.nan


def single(x):
    """The nearest single-precision number: both precisions are then given the same operand."""
    return float(np.float32(x))


def plain(x):
    """A number as JSON can say it."""
    if x is None:
        return None
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, mp.mpc):
        return "nan"
    if isinstance(x, mpf) and mp.isfinite(x) and abs(x) > mpf(2) ** 1024:
        x = inf if x > 0 else -inf
    x = float(x)
    return float(f"{x:.15g}") if math.isfinite(x) else str(x)


def exactly(x):
    """An operand as JSON can say it, with all its digits."""
    return [exactly(v) for v in x] if isinstance(x, (list, tuple)) else x if math.isfinite(x) else str(x)


# MARK: Functions of one element

SIZES = [0.0, 1e-40, 1e-30, 1e-8, 1e-3, 0.5, 0.999, 1, 2, 3, 5, 6, 10, 20, 50, 88, 100, 1e4, 1e8, 1e30, inf]
INPUTS = [single(s * x) for x in SIZES for s in (1, -1)] + [nan]

sigma = lambda x: 1 / (1 + mp.exp(-x))
phi = lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
cdf = lambda x: mp.erfc(-x / mp.sqrt(2)) / 2
step = lambda x: mpf(x > 0)
K = 2 * mp.sqrt(2 / mp.pi)
LAMBDA, ALPHA = mpf("1.0507009873554805"), mpf("1.6732632423543772")


def softplus(x):
    return x + mp.log1p(mp.exp(-x)) if x > 0 else mp.log1p(mp.exp(x))


def mish_slope(x):
    gate = mp.tanh(softplus(x))
    return gate + x * mp.sech(softplus(x)) ** 2 * sigma(x)


def gelu_tanh(x):
    return x * sigma(K * (x + mpf("0.044715") * x**3))


def gelu_tanh_slope(x):
    y = sigma(K * (x + mpf("0.044715") * x**3))
    return y + x * y * sigma(-K * (x + mpf("0.044715") * x**3)) * K * (1 + 3 * mpf("0.044715") * x**2)


def erf_inverse(x):
    return mp.erfinv(x)


def within(low, high, closed):
    return lambda x: mpf(low <= x <= high if closed else low < x < high)


def clip(low, high):
    return lambda x: min(max(x, mpf(low)), mpf(high))


def nearest(x):
    return mp.nint(x)  # halves to the even one


def flat(x):
    return mpf(0)


# name: (value, derivative, at −∞, at +∞, at other points), the last three with both
FUNCTIONS = {
    "squared": (lambda x: x * x, lambda x: 2 * x, (inf, -inf), (inf, inf), {}),
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), (nan, None), (inf, 0), {0: (0, None)}),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), lambda x: -x ** mpf(-1.5) / 2, (nan, None), (0, 0), {0: (None, None)}),
    "pow 0": (lambda x: mpf(1), flat, (1, 0), (1, 0), {nan: (1, 0)}),
    "pow 1": (lambda x: x, lambda x: mpf(1), (-inf, 1), (inf, 1), {}),
    "pow 3": (lambda x: x**3, lambda x: 3 * x * x, (-inf, inf), (inf, inf), {}),
    "pow 4": (lambda x: x**4, lambda x: 4 * x**3, (inf, -inf), (inf, inf), {}),
    "pow -1": (lambda x: 1 / x, lambda x: -1 / x**2, (0, 0), (0, 0), {0: (None, -inf)}),
    "pow 1.5": (lambda x: x ** mpf(1.5), lambda x: 1.5 * mp.sqrt(x), None, (inf, inf), {}),
    "exp": (mp.exp, mp.exp, (0, 0), (inf, inf), {}),
    "exp2": (lambda x: mp.power(2, x), lambda x: mp.power(2, x) * mp.log(2), (0, 0), (inf, inf), {}),
    "expm1": (mp.expm1, mp.exp, (-1, 0), (inf, inf), {}),
    "log": (mp.log, lambda x: 1 / x, (nan, None), (inf, 0), {0: (-inf, None)}),
    "log2": (lambda x: mp.log(x, 2), lambda x: 1 / (x * mp.log(2)), (nan, None), (inf, 0), {0: (-inf, None)}),
    "log10": (mp.log10, lambda x: 1 / (x * mp.log(10)), (nan, None), (inf, 0), {0: (-inf, None)}),
    "log1p": (mp.log1p, lambda x: 1 / (1 + x), (nan, None), (inf, 0), {-1: (-inf, inf)}),
    "abs": (abs, mp.sign, (inf, -1), (inf, 1), {0: (0, 0)}),
    "sign": (mp.sign, flat, (-1, 0), (1, 0), {}),
    "floor": (mp.floor, flat, (-inf, 0), (inf, 0), {}),
    "ceil": (mp.ceil, flat, (-inf, 0), (inf, 0), {}),
    "rounded": (nearest, flat, (-inf, 0), (inf, 0), {}),
    "truncated": (lambda x: mp.sign(x) * mp.floor(abs(x)), flat, (-inf, 0), (inf, 0), {}),
    "clipped": (clip(-0.5, 2), within(-0.5, 2, True), (-0.5, 0), (2, 0), {}),
    "sin": (mp.sin, mp.cos, (nan, None), (nan, None), {}),
    "cos": (mp.cos, lambda x: -mp.sin(x), (nan, None), (nan, None), {}),
    "tan": (mp.tan, lambda x: 1 + mp.tan(x) ** 2, (nan, None), (nan, None), {}),
    "asin": (mp.asin, lambda x: 1 / mp.sqrt(1 - x * x), (nan, None), (nan, None), {1: (mp.pi / 2, inf), -1: (-mp.pi / 2, inf)}),
    "acos": (mp.acos, lambda x: -1 / mp.sqrt(1 - x * x), (nan, None), (nan, None), {1: (0, -inf), -1: (mp.pi, -inf)}),
    "atan": (mp.atan, lambda x: 1 / (1 + x * x), (-mp.pi / 2, 0), (mp.pi / 2, 0), {}),
    "sinh": (mp.sinh, mp.cosh, (-inf, inf), (inf, inf), {}),
    "cosh": (mp.cosh, mp.sinh, (inf, -inf), (inf, inf), {}),
    "tanh": (mp.tanh, lambda x: mp.sech(x) ** 2, (-1, 0), (1, 0), {}),
    "asinh": (mp.asinh, lambda x: 1 / mp.sqrt(1 + x * x), (-inf, 0), (inf, 0), {}),
    "acosh": (mp.acosh, lambda x: 1 / (mp.sqrt(x - 1) * mp.sqrt(x + 1)), (nan, None), (inf, 0), {1: (0, inf)}),
    "atanh": (mp.atanh, lambda x: 1 / (1 - x * x), (nan, None), (nan, None), {1: (inf, inf), -1: (-inf, inf)}),
    "erf": (mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), (-1, 0), (1, 0), {}),
    "erfc": (mp.erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x), (2, 0), (0, 0), {}),
    "erfInverse": (erf_inverse, lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(erf_inverse(x) ** 2), (nan, None), (nan, None),
                   {1: (inf, inf), -1: (-inf, inf)}),
    "relu": (lambda x: max(x, mpf(0)), step, (0, 0), (inf, 1), {}),
    "relu6": (clip(0, 6), within(0, 6, False), (0, 0), (6, 0), {}),
    "leakyRelu": (lambda x: x if x > 0 else x / 5, lambda x: mpf(1) if x > 0 else mpf(1) / 5, (-inf, 0.2), (inf, 1), {}),
    "elu": (lambda x: x if x > 0 else mpf(1.5) * mp.expm1(x), lambda x: mpf(1) if x > 0 else mpf(1.5) * mp.exp(x), (-1.5, 0), (inf, 1), {}),
    "selu": (lambda x: LAMBDA * (x if x > 0 else ALPHA * mp.expm1(x)), lambda x: LAMBDA * (mpf(1) if x > 0 else ALPHA * mp.exp(x)),
             (-LAMBDA * ALPHA, 0), (inf, LAMBDA), {}),
    "celu": (lambda x: x if x > 0 else mp.expm1(2 * x) / 2, lambda x: mpf(1) if x > 0 else mp.exp(2 * x), (-0.5, 0), (inf, 1), {}),
    "sigmoid": (sigma, lambda x: sigma(x) * sigma(-x), (0, 0), (1, 0), {}),
    "logSigmoid": (lambda x: -softplus(-x), lambda x: sigma(-x), (-inf, 1), (0, 0), {}),
    "hardSigmoid": (lambda x: clip(0, 1)(x / 6 + mpf(0.5)), lambda x: within(-3, 3, False)(x) / 6, (0, 0), (1, 0), {}),
    "hardTanh": (clip(-1, 1), within(-1, 1, False), (-1, 0), (1, 0), {}),
    "logit": (lambda x: mp.log(x) - mp.log1p(-x), lambda x: 1 / x + 1 / (1 - x), (nan, None), (nan, None), {0: (-inf, None), 1: (inf, None)}),
    "softplus": (softplus, sigma, (0, 0), (inf, 1), {}),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2, (-1, 0), (1, 0), {}),
    "swish": (lambda x: x * sigma(x), lambda x: sigma(x) * (1 + x * sigma(-x)), (0, 0), (inf, 1), {}),
    "hardSwish": (lambda x: x * clip(0, 1)(x / 6 + mpf(0.5)),
                  lambda x: mpf(0) if x <= -3 else mpf(1) if x >= 3 else (2 * x + 3) / 6, (0, 0), (inf, 1), {}),
    "mish": (lambda x: x * mp.tanh(softplus(x)), mish_slope, (0, 0), (inf, 1), {}),
    "gelu": (lambda x: x * cdf(x), lambda x: cdf(x) + x * phi(x), (0, 0), (inf, 1), {}),
    "geluTanh": (gelu_tanh, gelu_tanh_slope, (0, 0), (inf, 1), {}),
    "logCosh": (lambda x: mp.log1p(2 * mp.sinh(x / 2) ** 2), mp.tanh, (inf, -1), (inf, 1), {}),
}


def at(function, x):
    """A value, NaN outside of the domain."""
    try:
        y = function(mpf(x))
    except (ValueError, ZeroDivisionError):
        return nan
    return nan if isinstance(y, mp.mpc) and y.imag != 0 else y.real if isinstance(y, mp.mpc) else y


def elementwise():
    table = {}
    for name, (value, slope, low, high, points) in FUNCTIONS.items():
        known = {k: v for k, v in ((-inf, low), (inf, high)) if v is not None} | points
        values, slopes = [], []
        for x in INPUTS:
            key = nan if math.isnan(x) else x
            special = next((v for k, v in known.items() if k == key or (math.isnan(k) and math.isnan(key))), None)
            if special is not None:
                y, dy = special
            elif math.isnan(x):
                y, dy = nan, None
            elif math.isinf(x):
                y, dy = None, None
            else:
                y, dy = at(value, x), at(slope, x)
                if not isinstance(y, mpf):
                    dy = None
            values.append(plain(y))
            slopes.append(plain(dy))
        table[name] = {"values": values, "slopes": slopes}
    return table


# MARK: Functions of two elements

OPERANDS = [single(x) for x in (0.0, 1e-30, -1e-30, 0.5, 1, -1, 2, -2, 3, 1e30, -1e30, inf, -inf, nan)]


def power_slopes(a, b):
    if a < 0 and abs(b) > 2**53:
        return None, None  # whether b − 1 is even is lost
    x, y = mpf(a), mpf(b)
    base = mpf(0) if b == 0 else mpf(b) * mp.power(x, y - 1) if a != 0 else (
        mpf(0) if b > 1 else mpf(1) if b == 1 else None)
    exponent = mp.power(x, y) * mp.log(x) if a > 0 else mpf(0) if a == 0 and b >= 0 else None
    return [None if isinstance(v, mp.mpc) else v for v in (base, exponent)]


def tie(a, b, better):
    return (mpf(0.5), mpf(0.5)) if a == b else (mpf(1), mpf(0)) if better(a, b) == a else (mpf(0), mpf(1))


BINARY = {
    "add": (np.add, lambda a, b: (1, 1)),
    "subtract": (np.subtract, lambda a, b: (1, -1)),
    "multiply": (np.multiply, lambda a, b: (b, a)),
    "divide": (np.divide, lambda a, b: (1 / mpf(b), -mpf(a) / mpf(b) ** 2) if b else (None, None)),
    "pow": (np.power, power_slopes),
    "maximum": (np.maximum, lambda a, b: tie(a, b, max)),
    "minimum": (np.minimum, lambda a, b: tie(a, b, min)),
    "atan2": (np.arctan2, lambda a, b: (mpf(b) / (mpf(a) ** 2 + mpf(b) ** 2), -mpf(a) / (mpf(a) ** 2 + mpf(b) ** 2)) if a or b else (0, 0)),
    "remainder": (np.remainder, lambda a, b: (1, None)),
}


def pairs():
    table = {}
    for name, (value, slopes) in BINARY.items():
        entry = {"values": [], "left": [], "right": []}
        for a in OPERANDS:
            for b in OPERANDS:
                with np.errstate(all="ignore"):
                    # NumPy takes the square root of −∞ where IEEE 754 has the power ∞.
                    isRoot = name == "pow" and (a, b) == (-inf, 0.5)
                    entry["values"].append(plain(inf if isRoot else value(np.float64(a), np.float64(b))))
                isPlain = math.isfinite(a) and math.isfinite(b)
                left, right = slopes(a, b) if isPlain else (None, None)
                entry["left"].append(plain(left))
                entry["right"].append(plain(right))
        table[name] = entry
    return table


# MARK: Functions of a row

ROWS = [[single(x) for x in row] for row in [
    [], [5], [0], [-1e-40], [0, 0, 0], [1, 1, 1], [2, 2, 1], [-3, -1, -2], [0, 2, 3], [0, 0, 2], [0.5, -0.5], [1e30, 1e30], [3e25, 4e25],
    [1e-30, 2e-30], [3e-23, -4e-23], [1e-40, 2e-40], [3e38, 3e38], [-1e30, 1, 1e30], [1e8, 1e8], [1e4, 1e4, 1e4], [1000, 0], [-1000, 0, 20],
    [20, 0], [16777216, 16777218], [inf, 1], [-inf, 1], [-inf, -inf], [inf, -inf], [nan, 1, 2], [3, nan, nan, 1],
]]


def weights(n):
    return [mp.cos(i + 1) for i in range(n)]


def jacobian_product(function, row):
    """The gradient of Σ cos(i + 1) yᵢ, by differences with twice the digits. Only for functions that are smooth at the row."""
    n = len(row)
    result = []
    for k in range(n):
        def along(t):
            y = function([t if i == k else x for i, x in enumerate(row)])
            return sum(w * v for w, v in zip(weights(len(y)), y))
        result.append(mp.diff(along, row[k]))
    return result


def mean(x):
    return sum(x, mpf(0)) / len(x)


def variance(x, less=0):
    return sum(((v - mean(x)) ** 2 for v in x), mpf(0)) / (len(x) - less)


def log_sum(x):
    m = max(x)
    return m + mp.log(sum(mp.exp(v - m) for v in x))


def log_softmax(x):
    m = max(x)
    return [v - m - mp.log(sum(mp.exp(u - m) for u in x)) for v in x]


def running(x, function):
    return [function(x[: i + 1]) for i in range(len(x))]


def product(x):
    return mp.fprod(x)


def norm(x, p):
    return sum(abs(v) ** p for v in x) ** (mpf(1) / p)


def quantile(x, q):
    s, position = sorted(x), mpf(q) * (len(x) - 1)
    below = int(position)
    return s[below] if below + 1 == len(s) else (1 - position + below) * s[below] + (position - below) * s[below + 1]


def shared(x, best):
    """The gradient of an extremum: shared by those that tie."""
    return [w / x.count(best(x)) if v == best(x) else mpf(0) for v, w in zip(x, [mp.cos(1)] * len(x))]


def sources(x, index):
    """The gradient of elements that are taken from others, at these indices."""
    result = [mpf(0)] * len(x)
    for w, i in zip(weights(len(index)), index):
        result[i] += w
    return result


def last(x, better):
    """The index of the best of the first elements, the last of those that tie."""
    return [max(j for j in range(i + 1) if x[j] == better(x[: i + 1])) for i in range(len(x))]


def deviation_gradient(x, less):
    s = mp.sqrt(variance(x, less))
    return [mp.cos(1) * (v - mean(x)) / ((len(x) - less) * s) if s else mpf(0) for v in x]


def norm_gradient(p):
    def gradient(x):
        y = norm(x, p)
        return [mp.cos(1) * mp.sign(v) * (abs(v) / y) ** (p - 1) if y else mpf(0) for v in x]
    return gradient


def order(x):
    return sorted(range(len(x)), key=lambda i: x[i])


one = lambda function: lambda x: [function(x)]
smooth = "by differences"
# name: (values of a finite row, its gradient, values of a row that is not finite, the least number of elements and the value below it)
REDUCTIONS = {
    "sum": (one(lambda x: sum(x, mpf(0))), smooth, np.sum, (0, None)),
    "mean": (one(mean), smooth, np.mean, (1, [nan])),
    "max": (one(max), lambda x: shared(x, max), np.max, (1, "error")),
    "min": (one(min), lambda x: shared(x, min), np.min, (1, "error")),
    "variance": (one(variance), smooth, np.var, (1, [nan])),
    "unbiased variance": (one(lambda x: variance(x, 1)), smooth, lambda x: np.var(x, ddof=1), (2, [nan])),
    "standardDeviation": (one(lambda x: mp.sqrt(variance(x))), lambda x: deviation_gradient(x, 0), np.std, (1, [nan])),
    "unbiased standardDeviation": (one(lambda x: mp.sqrt(variance(x, 1))), lambda x: deviation_gradient(x, 1), lambda x: np.std(x, ddof=1), (2, [nan])),
    "product": (one(product), smooth, np.prod, (0, None)),
    "norm": (one(lambda x: norm(x, 2) if x else mpf(0)), norm_gradient(2), np.linalg.norm, (0, None)),
    "norm 1": (one(lambda x: norm(x, 1) if x else mpf(0)), lambda x: [mp.cos(1) * mp.sign(v) for v in x], lambda x: np.linalg.norm(x, 1), (0, None)),
    "norm 3": (one(lambda x: norm(x, 3) if x else mpf(0)), norm_gradient(3), lambda x: np.sum(np.abs(x) ** 3) ** (1 / 3), (0, None)),
    "norm infinity": (one(lambda x: max(map(abs, x))), lambda x: [g * mp.sign(v) for g, v in zip(shared([abs(v) for v in x], max), x)],
                      lambda x: np.max(np.abs(x)), (1, "error")),
    "logSumExp": (one(log_sum), smooth, lambda x: np.logaddexp.reduce(x), (1, "error")),
    "softmax": (lambda x: [mp.exp(v) for v in log_softmax(x)], smooth, None, (1, "error")),
    "logSoftmax": (log_softmax, smooth, None, (1, [])),
    "cumulativeSum": (lambda x: running(x, sum), smooth, np.cumsum, (1, [])),
    "cumulativeProduct": (lambda x: running(x, product), smooth, np.cumprod, (1, [])),
    "cumulativeMax": (lambda x: running(x, max), lambda x: sources(x, last(x, max)), np.maximum.accumulate, (1, [])),
    "cumulativeMin": (lambda x: running(x, min), lambda x: sources(x, last(x, min)), np.minimum.accumulate, (1, [])),
    "median": (one(lambda x: quantile(x, 0.5)), None, np.median, (1, "error")),
    "quantile": (one(lambda x: quantile(x, 0.25)), None, None, (1, "error")),
    "sorted": (sorted, lambda x: sources(x, order(x)), np.sort, (1, [])),
    "argSort": (order, None, lambda x: np.argsort(x, kind="stable"), (1, [])),
    "argMax": (one(lambda x: x.index(max(x))), None, np.argmax, (1, "error")),
    "argMin": (one(lambda x: x.index(min(x))), None, np.argmin, (1, "error")),
    "topK": (one(max), None, lambda x: np.sort(x)[-1], (1, "error")),
}


def rows():
    table = {}
    for name, (value, gradient, other, (least, below)) in REDUCTIONS.items():
        slope = (lambda x: jacobian_product(value, x)) if gradient is smooth else gradient
        entries = []
        for row in ROWS:
            exact = [mpf(x) for x in row]
            if len(row) < least:
                entry = {"output": "error"} if below == "error" else {"output": plain(below)}
            elif all(map(math.isfinite, row)):
                output = value(exact)
                # Where the value itself, or on its way a gradient, does not fit single precision, only values are compared.
                fits = all(abs(y) < 3.4e38 for y in output) and not (name == "norm 3" and 0 < max(map(abs, row), default=0) < 1e-38)
                entry = {"output": plain(output), "gradient": plain(slope(exact)) if gradient and row and fits else None}
            elif other is not None:
                with np.errstate(all="ignore"):
                    entry = {"output": plain(np.atleast_1d(other(np.array(row))).tolist())}
            else:
                entry = {"output": None}
            entries.append(entry)
        table[name] = entries
    return table


# MARK: Losses

LOGITS = [[0, 0], [3, -2], [20, 0], [-20, 0], [1e4, 1e4], [1e8, 1e8], [1e30, -1e30], [-inf, 0], [0, -inf], [1000, 0]]
NUMBERS = [0, 1e-40, 1e-8, -1e-4, 0.5, 1, -2, 5, -10, 15, 20, -50, 100, 1e4, -1e4]


def binary_cross_entropy(z, t, positive=1):
    return (positive * t * softplus(-z) if t else 0) + ((1 - t) * softplus(z) if t != 1 else 0)


def cross_entropy(z, t, smoothing=0):
    logs = log_softmax(z)
    shares = [s * (1 - mpf(smoothing)) + mpf(smoothing) / len(z) for s in t]
    return -sum((s * v for s, v in zip(shares, logs) if s != 0), mpf(0))


def focal(z, t, gamma=2):
    ce = cross_entropy(z, t)
    return (-mp.expm1(-ce)) ** gamma * ce


def binary_focal(z, t, gamma=2):
    z = z if t else -z
    return sigma(-z) ** gamma * softplus(-z)


def categorical_hinge(z, t):
    right = sum(v for v, s in zip(z, t) if s)
    wrong = max(v for v, s in zip(z, t) if not s)
    return max(mpf(0), 1 + wrong - right)


def kl_divergence(z, t):
    return sum((s * (mp.log(s) - v) for s, v in zip(t, log_softmax(z)) if s != 0), mpf(0))


def cosine(y, t):
    lengths = norm(y, 2) * norm(t, 2)
    return -sum(a * b for a, b in zip(y, t)) / lengths if lengths else mpf(0)


def huber(y, t, delta=1):
    d = abs(y - t)
    return d * d / 2 if d <= delta else delta * (d - mpf(delta) / 2)


# Terms of one number each: (function, targets, the greatest size of an output)
NUMBER_LOSSES = {
    "binaryCrossEntropy": (binary_cross_entropy, [0, 1, 0.25], inf),
    "binaryCrossEntropy positiveWeight": (lambda z, t: binary_cross_entropy(z, t, 3), [0, 1, 0.25], inf),
    "binaryFocal": (binary_focal, [0, 1], inf),
    "meanSquaredError": (lambda y, t: (y - t) ** 2, [0, 2], inf),
    "meanAbsoluteError": (lambda y, t: abs(y - t), [0.25], inf),
    "huber": (huber, [0.25], inf),
    "smoothL1": (lambda y, t: huber(y, t, 2) / 2, [0.25], inf),
    "logCosh": (lambda y, t: mp.log1p(2 * mp.sinh((y - t) / 2) ** 2), [0, 3], inf),
    "quantile": (lambda y, t: max(mpf(0.9) * (t - y), mpf(0.1) * (y - t)), [0.25], inf),
    "hinge": (lambda z, t: max(mpf(0), 1 - (2 * t - 1) * z), [0, 1], inf),
    "squaredHinge": (lambda z, t: max(mpf(0), 1 - (2 * t - 1) * z) ** 2, [0, 1], inf),
    "poisson": (lambda z, t: mp.exp(z) - t * z, [0, 3], 50),
    "meanSquaredLogarithmicError": (lambda y, t: (mp.log1p(max(y, mpf(0))) - mp.log1p(t)) ** 2, [3], inf),
    "meanAbsolutePercentageError": (lambda y, t: 100 * abs(y - t) / abs(t), [4, 1e-3], inf),
}
VECTOR_LOSSES = {
    "crossEntropy": (cross_entropy, [[1, 0], [0, 1]]),
    "crossEntropy of shares": (cross_entropy, [[1, 0], [0, 1], [0.25, 0.75]]),
    "crossEntropy smoothed": (lambda z, t: cross_entropy(z, t, 0.25), [[1, 0], [0, 1]]),
    "focal": (focal, [[1, 0], [0, 1]]),
    "categoricalHinge": (categorical_hinge, [[1, 0], [0, 1]]),
    "klDivergence": (kl_divergence, [[1, 0], [0, 1], [0.25, 0.75]]),
}
VECTORS = [[3, 4], [0, 0], [1e-10, 0], [1e-30, 2e-30], [1e30, -1e30], [3e25, 4e25]]


def derivative(function, z, k):
    """A partial derivative. Infinite logits are replaced by ones so far away that nothing is left of them."""
    z = [mpf(v) if math.isfinite(v) else mp.sign(v) * mpf(10) ** 6 for v in z]
    return mp.diff(lambda v: function([v if i == k else x for i, x in enumerate(z)]), z[k])


def losses():
    cases = []
    for name, (function, targets, limit) in NUMBER_LOSSES.items():
        for t in targets:
            outputs = [single(y) for y in NUMBERS if abs(y) <= limit and not (name in KINKS and (y == t or y in KINKS[name]))]
            t = single(t)
            cases.append({
                "loss": name, "outputs": exactly([[y] for y in outputs]), "targets": exactly([[t]] * len(outputs)),
                "terms": plain([function(mpf(y), mpf(t)) for y in outputs]),
                "gradient": plain([mp.diff(lambda v: function(v, mpf(t)), mpf(y)) for y in outputs])})
    for name, (function, targets) in VECTOR_LOSSES.items():
        for t in targets:
            for z in LOGITS:
                z = [single(v) for v in z]
                term = function([mpf(v) for v in z], t)
                isInfinite = not mp.isfinite(term) or math.isinf(float(term))
                cases.append({
                    "loss": name, "outputs": exactly([z]), "targets": exactly([t]), "terms": plain([term]),
                    "gradient": None if isInfinite else plain([derivative(lambda v: function(v, t), z, k) for k in range(2)])})
    for a in VECTORS:
        for b in VECTORS:
            a, b = [single(v) for v in a], [single(v) for v in b]
            y, t = [mpf(v) for v in a], [mpf(v) for v in b]
            isZero = not any(a) or not any(b)
            slope = [mpf(0)] * 2 if isZero else [mp.diff(lambda v: cosine([v if i == k else x for i, x in enumerate(y)], t), y[k], h=abs(max(y, key=abs)) * mpf(10) ** -40) for k in range(2)]
            cases.append({"loss": "cosineSimilarity", "outputs": exactly([a]), "targets": exactly([b]),
                          "terms": plain([cosine(y, t)]), "gradient": plain(slope),
                          "scale": plain(1 / norm(y, 2) if any(a) else 1)})
    return cases


# Where a loss has a kink that differences cannot tell, beside y = t.
KINKS = {"meanAbsoluteError": [], "huber": [], "smoothL1": [], "quantile": [], "hinge": [1, -1], "squaredHinge": [],
         "meanSquaredLogarithmicError": [0], "meanAbsolutePercentageError": []}

if __name__ == "__main__":
    path = pathlib.Path(__file__).parent / "extremes.json"
    parts = {"inputs": exactly(INPUTS), "functions": elementwise(), "operands": exactly(OPERANDS), "pairs": pairs(),
             "rows": exactly(ROWS), "reductions": rows(), "losses": losses()}
    path.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in parts.items()) + "\n}\n")
    print(path.name, path.stat().st_size, "bytes")
