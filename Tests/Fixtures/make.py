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

from cases import FIXTURES, case, fixture, numbers, short

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
        "zeros": np.zeros((50, 40)),
    }
    np.savez(folder / "numpy.npz", **plain)
    np.savez_compressed(folder / "numpy_compressed.npz", **plain, **other)
    np.save(folder / "numpy.npy", plain["float32"])


def borders(size, window, stride, dilation, padding):
    """The zeros before and after one dimension: those of TensorFlow's "same", none for "valid", or as given."""
    if padding == "same":
        total = max((-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size, 0)
        return total // 2, total - total // 2
    return (0, 0) if padding == "valid" else padding


def around(x, window, stride, dilation, padding, value=0.0):
    """Images [n, channels, rows, columns] with their padding; an explicit padding is [top, bottom, left, right]."""
    rows, columns = (padding[:2], padding[2:]) if isinstance(padding, list) else (padding, padding)
    top, bottom = borders(x.shape[2], window[0], stride[0], dilation[0], rows)
    left, right = borders(x.shape[3], window[1], stride[1], dilation[1], columns)
    return F.pad(x, (left, right, top, bottom), value=value)


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


ACTIVATIONS = {"none": lambda x: x, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def layer_case(name, function, *inputs, **options):
    return {"options": options, "fixture": case(name, function, *inputs)}


@fixture
def convolutions():
    """Channels last; images [n, rows, columns, in], filters [rows, columns, in, out]."""
    torch.manual_seed(3)

    def convolution(x, w, bias=True, stride=(1, 1), dilation=(1, 1), padding="valid", activation="none"):
        def run(x, w, b=None):
            padded = around(first(x), w.shape[:2], stride, dilation, padding)
            y = F.conv2d(padded, w.permute(3, 2, 0, 1), b, stride, 0, dilation)
            return last(ACTIVATIONS[activation](y))

        inputs = [short(*x), short(*w)] + ([short(w[3])] if bias else [])
        name = f"{x} * {w} {bias} {stride} {dilation} {padding} {activation}"
        return layer_case(
            name, run, *inputs, stride=stride, dilation=dilation, padding=padding, activation=activation)

    return [
        convolution([1, 5, 5, 1], [3, 3, 1, 1]),
        convolution([2, 7, 6, 1], [5, 5, 1, 6], padding="same", activation="tanh"),
        convolution([2, 6, 7, 6], [5, 5, 6, 3]),
        convolution([1, 9, 8, 3], [3, 3, 3, 5], stride=[2, 2], padding="same", activation="relu"),
        convolution([2, 8, 9, 2], [4, 4, 2, 3], stride=[2, 2], padding="same"),
        convolution([1, 7, 7, 2], [1, 1, 2, 9], activation="sigmoid"),
        convolution([1, 7, 8, 2], [1, 1, 2, 3], bias=False, stride=[3, 2]),
        convolution([1, 9, 9, 2], [3, 3, 2, 4], bias=False, dilation=[2, 2]),
        convolution([1, 10, 9, 2], [3, 2, 2, 3], stride=[2, 3], dilation=[3, 2], padding=[1, 2, 0, 3]),
        convolution([3, 5, 4, 3], [2, 3, 3, 2], padding=[2, 0, 1, 1], activation="tanh"),
        convolution([1, 6, 6, 1], [3, 3, 1, 17], padding="same"),
        convolution([1, 4, 4, 7], [3, 3, 7, 2], padding="same", dilation=[1, 2]),
        convolution([1, 3, 11, 2], [3, 1, 2, 2], stride=[1, 4], padding="same"),
        convolution([1, 4, 6, 1], [4, 6, 1, 2]),
    ]


@fixture
def poolings():
    """Channels last; what a window has outside of its image does not count."""
    torch.manual_seed(4)

    def pooling(kind, x, window, stride, padding="valid"):
        def run(x):
            if kind == "max":
                return last(F.max_pool2d(around(first(x), window, stride, (1, 1), padding, -math.inf), window, stride))
            total, count = (
                F.avg_pool2d(around(first(i), window, stride, (1, 1), padding), window, stride, divisor_override=1)
                for i in (x, torch.ones_like(x))
            )
            return last(total / count)

        name = f"{kind} {x} {window} {stride} {padding}"
        return layer_case(name, run, short(*x), kind=kind, window=window, stride=stride, padding=padding)

    return [
        pooling(kind, *arguments)
        for kind in ("max", "average")
        for arguments in [
            ([2, 6, 4, 3], [2, 2], [2, 2]),
            ([1, 7, 5, 1], [2, 2], [2, 2]),
            ([1, 7, 6, 2], [3, 2], [2, 1]),
            ([2, 7, 5, 2], [3, 3], [2, 2], "same"),
            ([1, 5, 6, 9], [2, 3], [1, 1], "same"),
            ([1, 5, 5, 2], [3, 3], [3, 2], [1, 2, 0, 1]),
            ([1, 4, 3, 2], [4, 3], [1, 1]),
        ]
    ]


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
        return torch.tanh(F.conv2d(around(first(x), (3, 3), (2, 2), (1, 1), "same"), w.permute(3, 2, 0, 1), b, 2))

    labels = torch.tensor([1, 0, 2])
    images = short(1, 5, 6, 2)
    return [
        case("conv2d", squared_slope(conv), images, short(3, 3, 2, 3), short(3)),
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
