"""The table of tensor operations: one line each, with PyTorch's (or NumPy's) way to say it. OperationTable.swift has Swift's."""
import numpy as np
import torch
import torch.nn.functional as F

from cases import fixture, operation, short


def ints(*values):
    return torch.tensor(values, dtype=torch.int64)


@fixture
def operations():
    torch.manual_seed(1)
    families = [arithmetic, functions, activations, comparisons, integers, reductions,
                products, movement, slicing, indexing, sorting,
                matrices, einsums, edges, compositions]
    return [entry for family in families for entry in family()]


def spread(*shape):
    """Numbers of both signs that stay away from each other and from 0: no operation has a kink there."""
    count = torch.Size(shape).numel()
    values = (torch.randperm(count, dtype=torch.float64) - count // 2) * 0.37 + 0.12
    return values.reshape(shape).round(decimals=2)


def between(low, high, *shape):
    return (low + (high - low) * torch.rand(*shape, dtype=torch.float64)).round(decimals=2)


def arithmetic():
    x, y, row, column, cube = short(3, 4), short(3, 4), short(4), short(3, 1), short(2, 3, 4)
    positive = between(0.2, 1.2, 3, 4)
    return [
        operation("add", lambda a, b: a + b, x, y),
        operation("add row", lambda a, b: a + b, x, row),
        operation("add number", lambda a: a + 2.5, x),
        operation("subtract column", lambda a, b: a - b, x, column),
        operation("subtract from number", lambda a: 2.5 - a, x),
        operation("multiply cube", lambda a, b: a * b, cube, column),
        operation("divide", lambda a, b: a / b, x, positive),
        operation("divide row", lambda a, b: a / b, row, between(0.5, 2, 2, 3, 4)),
        operation("divide number", lambda a: 3 / a, positive),
        operation("negate", lambda a: -a, x),
        operation("pow", torch.pow, positive, y),
        operation("pow 3", lambda a: a**3, x),
        operation("pow -0.5", lambda a: a**-0.5, positive),
        operation("maximum", torch.maximum, x, y),
        operation("minimum row", torch.minimum, x, row),
        operation("atan2", torch.atan2, x, y),
        operation("remainder", torch.remainder, 3 * spread(3, 4), torch.tensor([1.1, -0.9, 2.3, -1.7], dtype=torch.float64)),
        operation("remainder number", lambda a: torch.remainder(a, 0.73), spread(3, 4)),
        operation("one element", lambda a, b: a * b, short(1, 1), short(1)),
        operation("empty", lambda a, b: a * b, short(0, 3), short(3)),
        operation("odd sizes", lambda a, b: a * b + a, short(5, 7), short(1, 7)),
        operation("zero strides", lambda a, b: a.expand(3, 4) * b.expand(3, 4), column, row),
    ]


def functions():
    x, positive, inside = spread(3, 4), between(0.2, 2, 3, 4), between(-0.9, 0.9, 3, 4)
    return [
        operation("exp", torch.exp, x),
        operation("exp2", torch.exp2, x),
        operation("expm1", torch.expm1, x),
        operation("log", torch.log, positive),
        operation("log2", torch.log2, positive),
        operation("log10", torch.log10, positive),
        operation("log1p", torch.log1p, inside),
        operation("sqrt", torch.sqrt, positive),
        operation("rsqrt", torch.rsqrt, positive),
        operation("abs", torch.abs, x),
        operation("squared", torch.square, x),
        operation("sin", torch.sin, x),
        operation("cos", torch.cos, x),
        operation("tan", torch.tan, inside),
        operation("asin", torch.asin, inside),
        operation("acos", torch.acos, inside),
        operation("atan", torch.atan, x),
        operation("sinh", torch.sinh, x),
        operation("cosh", torch.cosh, x),
        operation("asinh", torch.asinh, x),
        operation("acosh", torch.acosh, between(1.3, 3, 3, 4)),
        operation("atanh", torch.atanh, inside),
        operation("erf", torch.erf, x),
        operation("erfc", torch.erfc, x),
        operation("erfInverse", torch.erfinv, between(-0.99, 0.99, 3, 4)),
        operation("erfInverse at the ends", torch.erfinv, torch.tensor([-1.0, 1, 1.5, 0], dtype=torch.float64), twice=None),
        operation("floor", torch.floor, x),
        operation("ceil", torch.ceil, x),
        operation("rounded", torch.round, x),
        operation("truncated", torch.trunc, x),
        operation("sign", torch.sign, x),
        operation("clipped", lambda a: a.clamp(-0.5, 0.8), x),
    ]


def activations():
    x = spread(3, 4)
    return [
        operation("tanh", torch.tanh, x),
        operation("sigmoid", torch.sigmoid, x),
        operation("logSigmoid", F.logsigmoid, x),
        operation("hardSigmoid", lambda a: F.relu6(a + 3) / 6, 3 * x),
        operation("relu", torch.relu, x),
        operation("relu6", F.relu6, 5 * x),
        operation("leakyRelu", lambda a: F.leaky_relu(a, 0.2), x),
        operation("elu", lambda a: F.elu(a, 1.5), x),
        operation("elu at 0", lambda a: F.elu(a, 1.5), torch.tensor([0.0, 1, -1], dtype=torch.float64), twice=False),
        operation("selu", F.selu, x),
        operation("celu", lambda a: F.celu(a, 0.5), x),
        operation("softplus", F.softplus, x),
        operation("softsign", F.softsign, x),
        operation("hardTanh", F.hardtanh, x),
        operation("swish", F.silu, x),
        operation("hardSwish", lambda a: a * F.relu6(a + 3) / 6, 3 * x),
        operation("mish", F.mish, x),
        operation("gelu", F.gelu, x),
        operation("geluTanh", lambda a: F.gelu(a, approximate="tanh"), x),
        operation("logit", torch.logit, between(0.1, 0.9, 3, 4)),
        operation("softmax", lambda a: a.softmax(-1), x),
        operation("softmax axis 0", lambda a: a.softmax(0), x),
        operation("logSoftmax", lambda a: a.log_softmax(-1), x),
    ]


def comparisons():
    x, y, row = short(3, 4), short(3, 4), short(4)
    odd = torch.tensor([[1, math_nan, 0], [math_inf, -math_inf, -2]], dtype=torch.float64)
    truth, other = torch.tensor([True, True, False, False]), torch.tensor([True, False, True, False])
    return [
        operation("equal", lambda a, b: a == b, x, x * torch.tensor([1, 0, 1, 1])),
        operation("not equal", lambda a, b: a != b, x, y),
        operation("less", lambda a, b: a < b, x, row),
        operation("less or equal number", lambda a: a <= 0.1, x),
        operation("greater", lambda a, b: a > b, x, row),
        operation("greater or equal number", lambda a: a >= 0.1, x),
        operation("equal nan", lambda a, b: a == b, odd, odd),
        operation("isNaN", torch.isnan, odd),
        operation("isInfinite", torch.isinf, odd),
        operation("isFinite", torch.isfinite, odd),
        operation("and", torch.logical_and, truth, other),
        operation("or", torch.logical_or, truth, other),
        operation("xor", torch.logical_xor, truth, other),
        operation("not", torch.logical_not, odd),
        operation("any axis 1", lambda a: a.bool().any(1), torch.eye(3, 2).bool()),
        operation("all axis 0", lambda a: a.all(0, keepdim=True), torch.tensor([[True, False], [True, True]])),
        operation("any of nothing", lambda a: a.any(0), torch.zeros(0, 2, dtype=torch.bool)),
        operation("all of nothing", lambda a: a.all(0), torch.zeros(0, 2, dtype=torch.bool)),
        operation("select", lambda a, b: torch.where(a > b, a, b * b), x, row),
    ]


math_nan, math_inf = float("nan"), float("inf")


def integers():
    """Numbers beyond 2⁵³ show whether integers stay integers on the way."""
    big, x, y = ints(2**60 + 1, -(2**60) - 3, 7), ints(5, -7, 9), ints(3, 4, -2)
    small = torch.tensor([100, -3, 2**31 - 1], dtype=torch.int32)
    return [
        operation("int64 add", lambda a, b: a + b, big, x),
        operation("int64 subtract", lambda a, b: a - b, big, y),
        operation("int64 multiply", lambda a, b: a * b, big, ints(3, 2, 1)),
        operation("int64 wraps around", lambda a, b: a * b, big, ints(16, 5, 1)),
        operation("int64 remainder", torch.remainder, big, y),
        operation("int64 pow", torch.pow, ints(3, -2, 10), ints(39, 5, 0)),
        operation("int64 maximum", torch.maximum, big, x),
        operation("int64 negate", lambda a: -a, big),
        operation("int64 abs", torch.abs, big),
        operation("int64 sign", torch.sign, big),
        operation("int64 clipped", lambda a: a.clamp(-5, 8), big),
        operation("int64 less", lambda a, b: a < b, big, big + ints(1, 0, -1)),
        operation("int64 select", lambda a, b: torch.where(b > 0, a, b), big, y),
        operation("int64 sum", lambda a: a.sum(), big),
        operation("int64 max", lambda a: a.amax(), big),
        operation("int64 argMax", lambda a: a.argmax(0).int(), ints(2**60, 2**60 + 1, 4)),
        operation("int64 and int32", lambda a, b: a + b, big, small),
        operation("int64 to int32", lambda a: a.int(), x),
        operation("int64 to float64", lambda a: a.double(), big),
        operation("float64 to int64", lambda a: a.long(), torch.tensor([1.9, -1.9, 2.0**60], dtype=torch.float64)),
        operation("bool sum", lambda a: a.sum(0), torch.tensor([[True, False], [True, True]])),
        operation("int64 divide", lambda a, b: (a / b).float(), x, y),
    ]


def reductions():
    cube = spread(2, 3, 4)
    zeros = torch.tensor([[2, 0.5, 0, 3], [0, 1.5, -2, 0.7], [-1.5, 2, 0, 1]], dtype=torch.float64)
    return [
        operation("sum", lambda a: a.sum(), cube),
        operation("sum axes 0 2", lambda a: a.sum((0, 2)), cube),
        operation("mean axis 1 kept", lambda a: a.mean(1, keepdim=True), cube),
        operation("max axis 1", lambda a: a.amax(1), cube),
        operation("min axes 0 1", lambda a: a.amin((0, 1)), cube),
        operation("variance", lambda a: a.var((0, 1), unbiased=False), cube),
        operation("unbiased variance", lambda a: a.var(2, unbiased=True), cube),
        operation("standardDeviation", lambda a: a.std(1, unbiased=False), cube),
        operation("norm", lambda a: a.norm(dim=(1, 2)), cube),
        operation("logSumExp", lambda a: a.logsumexp((0, 2)), cube),
        operation("logSumExp last", lambda a: a.logsumexp(-1), cube),
        operation("argMax", lambda a: a.argmax(1).int(), cube),
        operation("argMin", lambda a: a.argmin(0).int(), cube),
        operation("unbiased standardDeviation", lambda a: a.std((0, 1)), cube),
        operation("product", lambda a: a.prod(1), cube),
        operation("product axes 0 2", lambda a: a.prod(2).prod(0, keepdim=True).unsqueeze(2), between(0.5, 1.5, 2, 3, 4)),
        operation("product with zeros", lambda a: a.prod(0), zeros),
        operation("int64 product", lambda a: a.prod(), ints(2**40 + 1, 3, -7)),
        operation("norm 1", lambda a: a.norm(p=1, dim=1), cube),
        operation("norm 3", lambda a: a.norm(p=3, dim=(0, 2)), cube),
        operation("norm infinity", lambda a: a.norm(p=math_inf, dim=2), cube),
        operation("norm -infinity", lambda a: a.norm(p=-math_inf, dim=2), cube),
        operation("norm 0", lambda a: (a != 0).sum(0).double(), zeros),
        operation("cumulativeSum", lambda a: a.cumsum(1), cube),
        operation("cumulativeProduct", lambda a: a.cumprod(2), cube),
        operation("cumulativeProduct with zeros", lambda a: a.cumprod(0), zeros),
        operation("cumulativeMax", lambda a: a.cummax(1)[0], cube),
        operation("cumulativeMin", lambda a: a.cummin(-1)[0], cube),
        operation("int64 cumulativeSum", lambda a: a.cumsum(0), ints(2**60, 2**60 + 1, -5)),
        operation("median", lambda a: torch.quantile(a.flatten(), 0.5), cube),
        operation("median axes 0 2", lambda a: torch.quantile(a.permute(1, 0, 2).reshape(3, 8), 0.5, 1), cube),
        operation("quantile 0.3 kept", lambda a: torch.quantile(a, 0.3, 2, keepdim=True), cube),
        operation("median of nan", lambda a: torch.quantile(a, 0.5, 1), torch.tensor([[1, math_nan, 3], [4, 6, 5]], dtype=torch.float64), twice=None),
    ]


def products():
    x, row, cube = short(3, 4), short(4), short(2, 3, 4)
    return [
        operation("matmul", torch.matmul, x, short(4, 5)),
        operation("matmul batch", torch.matmul, cube, short(2, 4, 2)),
        operation("matmul batch by matrix", torch.matmul, cube, short(4, 2)),
        operation("matmul broadcast batch", torch.matmul, short(2, 1, 3, 4), short(3, 4, 2)),
        operation("matmul matrix by vector", torch.matmul, x, row),
        operation("matmul vector by matrix", torch.matmul, short(3), x),
        operation("matmul vectors", torch.matmul, row, short(4)),
        operation("matmul of nothing", torch.matmul, short(2, 0), short(0, 3)),
    ]


def movement():
    x, y, column, cube = short(3, 4), short(3, 4), short(3, 1), short(2, 3, 4)
    return [
        operation("transposed 2 0 1", lambda a: a.permute(2, 0, 1), cube),
        operation("reshaped", lambda a: a.reshape(4, 6), cube),
        operation("slice", lambda a: a[:, 1:3, 2], cube),
        operation("every second", lambda a: a[:, :, ::2], cube),
        operation("reversed", lambda a: a.flip(1), cube),
        operation("padded", lambda a: F.pad(a, (1, 2, 0, 1), value=3.0), x),
        operation("concatenate", lambda a, b: torch.cat([a, b], 1), x, column),
        operation("stack", lambda a, b: torch.stack([a, b], 1), x, y),
        operation("broadcast", lambda a: a.expand(2, 3, 4), column),
        operation("flipped", lambda a: a.flip(0, 2), cube),
        operation("rolled", lambda a: a.roll(3, 2), cube),
        operation("rolled back", lambda a: a.roll(-1, 1), cube),
        operation("rotated90", lambda a: a.rot90(1, (0, 1)), cube),
        operation("rotated90 thrice", lambda a: a.rot90(3, (1, 2)), cube),
        operation("tiled", lambda a: a.tile(2, 1, 3), x),
        operation("repeated", lambda a: a.repeat_interleave(3, 1), x),
        operation("swapped", lambda a: a.transpose(0, 2), cube),
        operation("split sizes", lambda a: a.split([1, 3], 1)[1] * 2, x),
        operation("split into", lambda a: a.tensor_split(3, 1)[0], x),
        operation("chunked", lambda a: a.split(3, 1)[1], x),
        operation("unstacked", lambda a: torch.cat(a.unbind(1)[1:]), cube),
        operation("padded reflect", lambda a: F.pad(a[None], (2, 3, 1, 0), mode="reflect")[0], x),
        operation("padded replicate", lambda a: F.pad(a[None], (2, 5, 1, 4), mode="replicate")[0], x),
        operation("padded wrap", lambda a: F.pad(a[None], (4, 3, 0, 2), mode="circular")[0], x),
        operation("padded infinity", lambda a: F.pad(a, (1, 0), value=-math_inf).exp(), x),
    ]


def slicing():
    x, y, cube = short(3, 4), short(2, 1), short(2, 3, 4)

    def assigned(place):
        def run(a, b):
            copy = a.clone()
            copy[place] = b
            return copy * 2

        return run

    return [
        operation("last two", lambda a: a[..., -2:], cube),
        operation("but the last", lambda a: a[:, :-1], cube),
        operation("stride", lambda a: a[:, :, 1::2], cube),
        operation("negative stride", lambda a: a.flip(2)[:, :, ::2][..., :1], cube),
        operation("negative index", lambda a: a[-1, :, -2], cube),
        operation("ellipsis", lambda a: a[1, ..., 0], cube),
        operation("new axis", lambda a: a[:, None, 1:, None], x),
        operation("empty slice", lambda a: a[1:1], x),
        operation("assigned row", assigned(1), x, short(4)),
        operation("assigned block", assigned((slice(1, 3), slice(0, 3, 2))), x, y),
        operation("assigned number", assigned((0, 2)), x, short(1).reshape(())),
        operation("assigned backwards", lambda a, b: torch.stack([a[0], b.flip(0), a[2]]), x, short(4)),
    ]


def indexing():
    x, cube = spread(3, 4), short(2, 3, 4)
    rows = torch.tensor([2, 0, 2])
    along = torch.tensor([[0, 3, 3], [1, 0, 2], [2, 2, 2]])
    mask = torch.tensor([[True, False, False, True], [False] * 4, [True, True, False, True]])
    return [
        operation("gathered", lambda a: a[rows], x),
        operation("gathered axis 1", lambda a: a[:, rows], cube),
        operation("gathered by a matrix", lambda a: a[torch.tensor([[0, 1], [2, 2]])], x),
        operation("taken", lambda a: a.gather(1, along), x),
        operation("taken axis 0", lambda a: a.gather(0, torch.tensor([[0, 2, 1, 1]])), x),
        operation("scatterAdded", lambda a, b: a.scatter_add(1, along, b), x, short(3, 3)),
        operation("scattered", lambda a, b: a.scatter(1, torch.tensor([[0, 3], [1, 2], [2, 0]]), b), x, short(3, 2)),
        operation("addingRows", lambda a, b: a.index_add(0, rows, b), x, short(3, 4)),
        operation("addingRows axis 1", lambda a, b: a.index_add(1, rows, b), x, short(3, 3)),
        operation("int64 scatterAdded", lambda a, b: a.scatter_add(0, rows, b), ints(2**60, 0, 1), ints(5, 6, 7)),
        operation("masked", lambda a: a[mask], x),
        operation("masked rows", lambda a: a[torch.tensor([True, False, True])], x),
        operation("masked by none", lambda a: a[torch.zeros(3, 4, dtype=torch.bool)], x),
        operation("masked with number", lambda a: a.masked_fill(mask, 7.5), x),
        operation("nonZero", lambda a: a.nonzero().int(), mask),
        operation("assigned mask", lambda a, b: a.masked_scatter(mask, b), x, short(5)),
        operation("assigned rows", lambda a, b: a.index_copy(0, torch.tensor([2, 0]), b), x, short(2, 4)),
    ]


def sorting():
    x = spread(3, 5)
    odd = torch.tensor([3, math_nan, 1, math_inf, 1, -math_inf, 2], dtype=torch.float64)
    return [
        operation("sorted", lambda a: a.sort(1)[0], x),
        operation("sorted axis 0 descending", lambda a: a.sort(0, descending=True)[0], x),
        operation("sorted with nan", lambda a: a.sort()[0], odd.clone(), twice=None),
        operation("argSort", lambda a: a.argsort(1).int(), x),
        operation("argSort with nan", lambda a: a.sort(stable=True)[1].int(), odd),
        operation("argSort descending", lambda a: a.sort(stable=True, descending=True)[1].int(), odd),
        operation("argSort int64", lambda a: a.sort(stable=True)[1].int(), ints(5, 2**60 + 1, 2**60, 5, -1)),
        operation("topK", lambda a: a.topk(2, 1)[0], x),
        operation("topK smallest", lambda a: a.topk(3, 0, largest=False)[0], x),
        operation("topK indices", lambda a: a.topk(2, 1)[1].int(), x),
        operation("sorted of nothing", lambda a: a.sort(1)[0], short(2, 0)),
    ]


def matrices():
    x, y, square = short(3, 4), short(2, 3), short(3, 3) + 2 * torch.eye(3, dtype=torch.float64)
    v, w, batch = short(3), short(3), short(2, 3, 3) + 2 * torch.eye(3, dtype=torch.float64)
    positive = lambda a: a @ a.mT + torch.eye(a.shape[-1], dtype=a.dtype)
    return [
        operation("dot", torch.dot, v, w),
        operation("outer", torch.outer, v, short(2)),
        operation("kron", torch.kron, x, y),
        operation("diagonal", lambda a: a.diagonal(), x),
        operation("diagonal 1", lambda a: a.diagonal(1), x),
        operation("diagonal batch -1", lambda a: a.diagonal(-1, 1, 2), batch),
        operation("diagonalMatrix", torch.diag, v),
        operation("diagonalMatrix -1", lambda a: torch.diag_embed(a, -1), short(2, 3)),
        operation("trace", torch.trace, square),
        operation("tril", torch.tril, x),
        operation("triu 1", lambda a: a.triu(1), batch),
        operation("solve", torch.linalg.solve, square, short(3, 2)),
        operation("solve vector", torch.linalg.solve, square, v),
        operation("solve batch", torch.linalg.solve, batch, short(2, 3, 2)),
        operation("solve broadcast", torch.linalg.solve, batch, short(3, 2)),
        operation("inverse", torch.linalg.inv, batch),
        operation("determinant", torch.linalg.det, batch),
        operation("logDeterminant", lambda a: torch.linalg.slogdet(a)[1], batch),
        operation("logDeterminant sign", lambda a: torch.linalg.slogdet(a)[0], batch, twice=None),
        operation("determinant of nothing", torch.linalg.det, short(2, 0, 0), twice=None),
        operation("cholesky", lambda a: torch.linalg.cholesky(positive(a)), square),
        operation("cholesky batch", lambda a: torch.linalg.cholesky(positive(a)), batch),
        operation("qr q", lambda a: torch.linalg.qr(a)[0], short(4, 3)),
        operation("qr r", lambda a: torch.linalg.qr(a)[1], batch),
        operation("qr wide", lambda a: torch.linalg.qr(a)[1], x, twice=None),
        operation("eigh values", lambda a: torch.linalg.eigvalsh(a + a.mT), batch),
        operation("eigh vectors", lambda a: torch.linalg.eigh(a + a.mT)[1].square(), square),
        operation("svd values", torch.linalg.svdvals, x),
        operation("svd vectors", lambda a: torch.linalg.svd(a, full_matrices=False)[0].square(), short(4, 3)),
        operation("svd power", lambda a: (lambda u, s, vt: (u * s[..., None, :] ** 1.5) @ vt)(*torch.linalg.svd(a, full_matrices=False)), batch),
    ]


def einsums():
    x, y, z, cube = short(3, 4), short(4, 2), short(2, 3), short(2, 3, 4)
    formulas = [
        ("ij,jk->ik", x, y), ("ij->ji", x), ("ij,jk", x, y), ("ii", short(3, 3)), ("ii->i", short(3, 3)), ("ij->", x),
        ("ij,ij->i", x, short(3, 4)), ("i,j->ij", short(3), short(2)), ("bij,bjk->bik", cube, short(2, 4, 2)),
        ("bij,jk->kbi", cube, y), ("ij,jk,kl->il", x, y, z), ("...ij,jk->...ik", cube, y), ("...d,nd->...n", cube, short(5, 4)),
        ("bhqd,bhkd->bhqk", short(2, 2, 3, 2), short(2, 2, 4, 2)), ("ijj->ij", short(2, 3, 3)), ("ij,kl->", x, y),
    ]
    return [
        operation(f"einsum {formula} {[list(i.shape) for i in inputs]}", lambda *a, f=formula: torch.einsum(f, *a), *inputs)
        for formula, *inputs in formulas
    ]


def edges():
    """What IEEE's odd numbers become."""
    odd = torch.tensor([math_nan, math_inf, -math_inf, 0.0, -0.0, 1e4, -1e4, 80, -100], dtype=torch.float64)
    mirrored, numpy = odd.flip(0), lambda function: lambda a: torch.from_numpy(function(a.detach().numpy()))
    rows = torch.tensor([[-math_inf] * 3, [-math_inf, 0, 1], [1, 2, math_nan], [1, math_inf, 2]], dtype=torch.float64)
    odd_functions = {
        "expm1": torch.expm1, "log": torch.log, "log1p": torch.log1p, "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "abs": torch.abs,
        "sign": numpy(np.sign), "floor": torch.floor, "rounded": torch.round, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
        "softplus": F.softplus, "relu": torch.relu, "erf": torch.erf, "erfc": torch.erfc, "sin": torch.sin, "atan": torch.atan,
        "clipped": lambda a: a.clamp(-0.5, 0.8), "relu6": F.relu6,
        # PyTorch's quotient of infinities is NaN; the limit is 1.
        "softsign": lambda a: torch.where(a.isinf(), a.sign(), a / (1 + a.abs())),
        "int64 cumulativeSum": lambda a: a.cumsum(0), "cumulativeMin": lambda a: a.cummin(0)[0], "sum": torch.sum, "int64 product": torch.prod,
        "median": lambda a: a.quantile(0.5), "sorted": lambda a: a.sort()[0],
    }
    odd_pairs = {
        "add": lambda a, b: a + b, "multiply cube": lambda a, b: a * b, "divide": lambda a, b: a / b, "maximum": torch.maximum,
        "minimum row": torch.minimum, "pow": torch.pow, "remainder": numpy_remainder, "atan2": torch.atan2,
    }
    odd_rows = {"softmax": lambda a: a.softmax(-1), "logSumExp last": lambda a: a.logsumexp(-1), "max axis 1": lambda a: a.amax(1),
                "argSort": lambda a: a.sort(dim=1, stable=True)[1].int()}
    return (
        [operation(f"{name} of odd numbers", f, odd, twice=None) for name, f in odd_functions.items()]
        + [operation(f"{name} of odd numbers", f, odd, mirrored, twice=None) for name, f in odd_pairs.items()]
        + [operation(f"{name} of odd numbers", f, rows, twice=None) for name, f in odd_rows.items()]
    )


def numpy_remainder(a, b):
    with np.errstate(all="ignore"):
        return torch.from_numpy(np.remainder(a.detach().numpy(), b.detach().numpy()))


def compositions():
    """Operations that meet in a graph."""
    x = short(3, 4)
    return [
        operation("tanh of a cube", lambda a: torch.tanh(a**3), x),
        operation("divide by itself", lambda a: a / (1 + a.square()), x),
    ]
