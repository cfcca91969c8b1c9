#!/usr/bin/env python3
"""Makes the fixtures that tests compare with: values and gradients computed by PyTorch, text printed by NumPy.

Run it with any Python that has torch and numpy:  python3 Tests/Fixtures/make.py
Each function decorated with @fixture returns a JSON value, written beside this script under the function's name.
"""
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

FIXTURES = []


def fixture(function):
    FIXTURES.append(function)
    return function


def numbers(tensor):
    """A tensor as {"shape", "values"}; what JSON cannot say (nan, inf) becomes text."""
    values = [float(v) for v in tensor.detach().reshape(-1).tolist()]
    return {"shape": list(tensor.shape), "values": [v if math.isfinite(v) else str(v) for v in values]}


def case(name, function, *inputs):
    """The value of a function, and the gradients of its sum weighted with cos 1, cos 2, …"""
    leaves = [i.clone().requires_grad_() for i in inputs]
    output = function(*leaves)
    weights = torch.cos(torch.arange(1, output.numel() + 1, dtype=output.dtype)).reshape(output.shape)
    gradients = torch.autograd.grad((output * weights).sum(), leaves)
    return {
        "name": name,
        "inputs": [numbers(i) for i in inputs],
        "output": numbers(output),
        "gradients": [numbers(g) for g in gradients],
    }


@fixture
def tensors():
    torch.manual_seed(1)
    double = dict(dtype=torch.float64)
    x, y = torch.randn(3, 4, **double), torch.randn(3, 4, **double)
    row, column, cube = torch.randn(4, **double), torch.randn(3, 1, **double), torch.randn(2, 3, 4, **double)
    positive = torch.rand(3, 4, **double) + 0.2
    rows = torch.tensor([2, 0, 2])
    return [
        case("add", lambda a, b: a + b, x, y),
        case("add row", lambda a, b: a + b, x, row),
        case("subtract column", lambda a, b: a - b, x, column),
        case("multiply cube", lambda a, b: a * b, cube, column),
        case("divide", lambda a, b: a / b, x, positive),
        case("divide row", lambda a, b: a / b, row, torch.rand(2, 3, 4, **double) + 0.5),
        case("pow", torch.pow, positive, y),
        case("pow 3", lambda a: a**3, x),
        case("pow -0.5", lambda a: a**-0.5, positive),
        case("maximum", torch.maximum, x, y),
        case("minimum row", torch.minimum, x, row),
        case("exp", torch.exp, x),
        case("log", torch.log, positive),
        case("sqrt", torch.sqrt, positive),
        case("abs", torch.abs, x),
        case("squared", torch.square, x),
        case("sin", torch.sin, x),
        case("cos", torch.cos, x),
        case("erf", torch.erf, x),
        case("tanh", torch.tanh, x),
        case("sigmoid", torch.sigmoid, x),
        case("relu", torch.relu, x),
        case("leakyRelu", lambda a: F.leaky_relu(a, 0.2), x),
        case("elu", lambda a: F.elu(a, 1.5), x),
        case("softplus", F.softplus, x),
        case("swish", F.silu, x),
        case("hardSigmoid", lambda a: F.relu6(a + 3) / 6, 3 * x),
        case("gelu", F.gelu, x),
        case("clipped", lambda a: a.clamp(-0.5, 0.8), x),
        case("softmax", lambda a: a.softmax(-1), x),
        case("softmax axis 0", lambda a: a.softmax(0), x),
        case("logSoftmax", lambda a: a.log_softmax(-1), x),
        case("logSumExp", lambda a: a.logsumexp((0, 2)), cube),
        case("sum", lambda a: a.sum(), cube),
        case("sum axes 0 2", lambda a: a.sum((0, 2)), cube),
        case("mean axis 1 kept", lambda a: a.mean(1, keepdim=True), cube),
        case("max axis 1", lambda a: a.amax(1), cube),
        case("min axes 0 1", lambda a: a.amin((0, 1)), cube),
        case("variance", lambda a: a.var((0, 1), unbiased=False), cube),
        case("unbiased variance", lambda a: a.var(2, unbiased=True), cube),
        case("standardDeviation", lambda a: a.std(1, unbiased=False), cube),
        case("norm", lambda a: a.norm(dim=(1, 2)), cube),
        case("matmul", torch.matmul, x, torch.randn(4, 5, **double)),
        case("matmul batch", torch.matmul, cube, torch.randn(2, 4, 2, **double)),
        case("matmul batch by matrix", torch.matmul, cube, torch.randn(4, 2, **double)),
        case("matmul broadcast batch", torch.matmul, torch.randn(2, 1, 3, 4, **double), torch.randn(3, 4, 2, **double)),
        case("matmul matrix by vector", torch.matmul, x, row),
        case("matmul vector by matrix", torch.matmul, torch.randn(3, **double), x),
        case("matmul vectors", torch.matmul, row, torch.randn(4, **double)),
        case("transposed 2 0 1", lambda a: a.permute(2, 0, 1), cube),
        case("reshaped", lambda a: a.reshape(4, 6), cube),
        case("slice", lambda a: a[:, 1:3, 2], cube),
        case("every second", lambda a: a[:, :, ::2], cube),
        case("reversed", lambda a: a.flip(1), cube),
        case("padded", lambda a: F.pad(a, (1, 2, 0, 1), value=3.0), x),
        case("concatenate", lambda a, b: torch.cat([a, b], 1), x, column),
        case("stack", lambda a, b: torch.stack([a, b], 1), x, y),
        case("gathered", lambda a: a[rows], x),
        case("gathered axis 1", lambda a: a[:, rows], cube),
        case("select", lambda a, b: torch.where(a > b, a, b * b), x, row),
        case("broadcast", lambda a: a.expand(2, 3, 4), column),
    ]


@fixture
def second_derivatives():
    """Gradients of gradients: Σ of the squared gradient of each function, and the penalty of WGAN-GP (Gulrajani et al. 2017)."""
    torch.manual_seed(2)
    x = torch.randn(3, 4, dtype=torch.float64)
    w, v = torch.randn(4, 5, dtype=torch.float64), torch.randn(5, 1, dtype=torch.float64)

    def squared_slope(function):
        def result(a):
            (slope,) = torch.autograd.grad(function(a).sum(), a, create_graph=True)
            return slope.square().sum()

        return result

    def penalty(w, v):
        mixed = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad((torch.tanh(mixed @ w) @ v).sum(), mixed, create_graph=True)
        return 10 * (slope.norm(dim=1) - 1).square().mean()

    return [
        case("tanh of a cube", squared_slope(lambda a: torch.tanh(a**3)), x),
        case("sigmoid", squared_slope(torch.sigmoid), x),
        case("softplus", squared_slope(F.softplus), x),
        case("leakyRelu", squared_slope(lambda a: F.leaky_relu(a, 0.2).square()), x),
        case("elu", squared_slope(F.elu), x),
        case("softmax", squared_slope(lambda a: a.softmax(-1).square()), x),
        case("logSumExp", squared_slope(lambda a: a.logsumexp(1)), x),
        case("norm", squared_slope(lambda a: a.norm(dim=0)), x),
        case("divide", squared_slope(lambda a: a / (1 + a.square())), x),
        case("variance", squared_slope(lambda a: a.var(1, unbiased=False).square()), x),
        case("matmul", squared_slope(lambda a: (a @ w).square()), x),
        case("gradient penalty", penalty, w, v),
    ]


@fixture
def printing():
    """Arrays, and how NumPy prints them."""
    arrays = {
        "vector": np.float32([1, 2.5, -3]),
        "fractions": np.float32([0.1, 1 / 3, 2 / 3]),
        "doubles": np.float64([0.1, 1 / 3, 2 / 3]),
        "matrix": np.float32([[1, 2], [3, 4]]),
        "cube": np.arange(12, dtype=np.float32).reshape(2, 3, 2) / 4,
        "small": np.float32([1e-5, 1]),
        "large": np.float32([1.5e7, 2]),
        "far apart": np.float64([1, 1234.5678]),
        "tiny doubles": np.float64([1.23456789012e-12, -2e-300]),
        "not finite": np.float32([1.5, np.nan, np.inf]),
        "negative infinity": np.float32([-np.inf, 2]),
        "only nan": np.float32([np.nan, np.nan]),
        "scientific nan": np.float32([1e-9, np.nan, 3]),
        "long": np.arange(2000, dtype=np.float32),
        "wrapped": np.sqrt(np.arange(30, dtype=np.float32)),
        "large matrix": np.arange(4000, dtype=np.float32).reshape(40, 100),
        "images": np.linspace(-1, 1, 2 * 20 * 30, dtype=np.float32).reshape(2, 20, 30),
        "integers": np.int32([[1, -20], [300, 4]]),
        "many integers": np.arange(60, dtype=np.int32),
        "bytes": np.uint8([0, 128, 255]),
        "truth": np.array([True, False]),
        "zeros": np.zeros((2, 2), dtype=np.float32),
        "negative zero": np.float32([-0.0, 0.0]),
        "empty": np.zeros((0,), dtype=np.float32),
        "one": np.float32([[[7]]]),
    }
    return [
        {
            "name": name,
            "dtype": array.dtype.name,
            "tensor": numbers(torch.from_numpy(np.ascontiguousarray(array).astype(np.float64))),
            "text": str(array).replace("True", "true").replace("False", "false"),
        }
        for name, array in arrays.items()
    ]


def main():
    here = pathlib.Path(__file__).parent
    wanted = sys.argv[1:]
    for make in FIXTURES:
        if wanted and make.__name__ not in wanted:
            continue
        path = here / f"{make.__name__}.json"
        path.write_text("[\n" + ",\n".join(json.dumps(item) for item in make()) + "\n]\n")
        print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
