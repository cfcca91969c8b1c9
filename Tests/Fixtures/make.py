#!/usr/bin/env python3
"""Makes the fixtures that tests compare with: values and gradients computed by PyTorch, text printed by NumPy.

Run it with any Python that has torch and numpy:  python3 Tests/Fixtures/make.py [NAME…]
Each function decorated with @fixture returns a list, written beside this script under the function's name.
"""
import importlib
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

from cases import FIXTURES, case, fixture, layer_case, numbers, short
from spatial import around, first

for family in sorted(pathlib.Path(__file__).parent.glob("*.py")):
    if not family.stem.startswith("make"):
        importlib.import_module(family.stem)  # its fixtures are listed by being defined


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
        "long integers": np.int64([[2**62, -1], [0, 12345]]),
        "truth matrix": np.eye(2, 3, dtype=bool),
        "negative cube": -np.arange(8, dtype=np.float64).reshape(2, 2, 2) / 3,
        "four dimensions": np.arange(16, dtype=np.int32).reshape(2, 2, 2, 2),
        "many bytes": np.arange(1200).astype(np.uint8).reshape(30, 40),
        "long column": (np.arange(1200) / 8 - 70).reshape(1200, 1),
        "wide integers": (np.arange(40, dtype=np.int64) ** 7 - 5).reshape(2, 20),
        "large and small": np.float64([[1e10, 1], [1e-3, -2]]),
        "all alike": np.full((2, 3), 0.1, dtype=np.float64),
        "huge": np.float32([3e38, -1e-38]),
        "infinite matrix": np.float64([[np.inf, 1], [-np.inf, 100.5]]),
        "empty rows": np.zeros((2, 0), dtype=np.float32),
        "number": np.float32(2.5),
        "whole number": np.int64(-7),
    }
    return [
        {
            "name": name,
            "dtype": array.dtype.name,
            "tensor": numbers(torch.from_numpy(np.array(array, dtype=np.int64 if array.dtype == np.int64 else np.float64)), exact=True),
            "text": str(array).replace("True", "true").replace("False", "false"),
        }
        for name, array in arrays.items()
    ]


def numpy_files(folder):
    """Files as NumPy writes them, of every type of elements and order that tensors read."""
    plain = {
        "float32": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
        "float64": np.float64([0.1, -np.inf]),
        "int32": np.int32([[1], [-2]]),
        "int64": np.int64([2**62, -5]),
        "uint8": np.uint8([0, 255]),
        "bool": np.array([True, False]),
        "number": np.float32(7),
        "empty": np.zeros((0, 4), dtype=np.float32),
    }
    other = {
        "columns": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
        "big endian": np.array([1, -2, 300], dtype=">i4"),
        "half": np.float16([0.5, -2]),
        "int16": np.int16([-300, 5]),
        "uint32": np.uint32([2**32 - 1]),
        "uint64": np.uint64([5, 0]),
        "int8": np.int8([-128, 127]),
        "uint16": np.uint16([2**16 - 1]),
        "big endian half": np.array([0.5, -2], dtype=">f2"),
        "big endian doubles": np.array([[0.1, -3]], dtype=">f8"),
        "columns of a cube": np.asfortranarray(
            np.float32([[[100 * i + 10 * j + k for k in range(3)] for j in range(2)] for i in range(2)])),
        "columns of nothing": np.asfortranarray(np.zeros((0, 3), dtype=np.int32)),
        "half number": np.float16(1.5),
        "zeros": np.zeros((50, 40)),
    }
    np.savez(folder / "numpy.npz", **plain)
    np.savez_compressed(folder / "numpy_compressed.npz", **plain, **other)
    np.save(folder / "numpy.npy", plain["float32"])
    np.save(folder / "numpy_large.npy", np.uint64([2**63]))
    np.save(folder / "numpy_complex.npy", np.complex64([1j]))


@fixture
def cross_entropies():
    torch.manual_seed(5)

    def cross_entropy(rows, classes, scale):
        labels = torch.randint(classes, (rows,))
        name = f"{rows} of {classes}, {scale}"
        return layer_case(name, lambda x: F.cross_entropy(x, labels), scale * short(rows, classes), labels=labels.tolist())

    return [cross_entropy(1, 2, 1), cross_entropy(7, 10, 1), cross_entropy(5, 3, 40), cross_entropy(3, 17, 5)]


@fixture
def layer_second_derivatives():
    """Σ of the squared gradient for the input, differentiated for the input and for the parameters."""
    torch.manual_seed(6)

    def squared_slope(function):
        def result(x, *parameters):
            (slope,) = torch.autograd.grad(function(x, *parameters).square().sum(), x, create_graph=True)
            return slope.square().sum()

        return result

    def conv(x, w, b):
        return torch.tanh(F.conv2d(around(first(x), (3, 3), (2, 2), "same"), w.permute(3, 2, 0, 1), b, 2))

    def depthwise(x, w):
        return torch.sigmoid(F.conv2d(first(x), w.permute(3, 2, 0, 1), padding=1, groups=2))

    def transposed(x, w, b):
        return torch.tanh(F.conv_transpose2d(first(x), w.permute(3, 2, 0, 1).contiguous(), b, 2, 1))

    def volumes(x, w):
        return torch.tanh(F.conv3d(first(x), w.permute(4, 3, 0, 1, 2)))

    labels = torch.tensor([1, 0, 2])
    images = short(1, 5, 6, 2)
    return [
        case("conv2d", squared_slope(conv), images, short(3, 3, 2, 3), short(3)),
        case("depthwise", squared_slope(depthwise), images, short(3, 3, 1, 4)),
        case("convTranspose2d", squared_slope(transposed), short(1, 2, 3, 2), short(4, 4, 2, 2), short(2)),
        case("conv3d", squared_slope(volumes), short(1, 3, 3, 2, 2), short(2, 2, 2, 2, 2)),
        case("linear", squared_slope(lambda x, w, b: torch.sigmoid(x @ w + b)), short(4, 3), short(3, 5), short(5)),
        case("maxPool2d", squared_slope(lambda x: F.max_pool2d(first(x), 3, 2).square()), images),
        case("averagePool2d", squared_slope(lambda x: F.avg_pool2d(first(x), 2, 1).square()), images),
        case("softmaxCrossEntropy", squared_slope(lambda x: F.cross_entropy(x, labels)), short(3, 4)),
    ]


@fixture
def optimizer_steps():
    """Weights after each of some steps of PyTorch's optimizers, with gradients cos(step + weight · place)."""
    start = torch.linspace(-1, 1, 11)

    def steps(make, **options):
        weights = torch.nn.Parameter(start.clone())
        optimizer, trace = make([weights], **options), []
        for step in range(5):
            weights.grad = torch.cos(step + weights.detach() * torch.arange(11))
            optimizer.step()
            trace.append(weights.tolist())
        return {"optimizer": make.__name__, "options": options, "start": start.tolist(), "trace": trace}

    sgd, adam = torch.optim.SGD, torch.optim.Adam
    return [
        steps(sgd, lr=0.1),
        steps(sgd, lr=0.1, weight_decay=0.05),
        steps(sgd, lr=0.1, momentum=0.9),
        steps(sgd, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.01),
        steps(adam, lr=0.01),
        steps(adam, lr=0.02, betas=[0.5, 0.99], eps=1e-6, weight_decay=0.1),
    ]


def main():
    here = pathlib.Path(__file__).parent
    wanted = sys.argv[1:]
    if not wanted or "numpy_files" in wanted:
        numpy_files(here)
    for make in FIXTURES:
        if wanted and make.__name__ not in wanted:
            continue
        path = here / f"{make.__name__}.json"
        path.write_text("[\n" + ",\n".join(json.dumps(item) for item in make()) + "\n]\n")
        print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
