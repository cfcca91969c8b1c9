"""What slides windows over sequences [n, steps, channels], images [n, rows, columns, channels] and volumes: PyTorch's, with channels last."""
import math

import torch
import torch.nn.functional as F

from cases import fixture, layer_case, short


def first(x):
    """Channels first, as PyTorch has them."""
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def borders(size, window, stride, dilation, padding):
    """The zeros before and after one dimension: those of TensorFlow's "same", none for "valid", all before for "causal", or as given."""
    extent = (window - 1) * dilation + 1
    if padding == "same":
        total = max((-(-size // stride) - 1) * stride + extent - size, 0)
        return total // 2, total - total // 2
    return {"valid": (0, 0), "causal": (extent - 1, 0)}[padding] if isinstance(padding, str) else padding


def along(padding, axis):
    """Explicit padding lists the zeros before and after each dimension."""
    return padding[2 * axis:2 * axis + 2] if isinstance(padding, list) else padding


def around(x, window, stride, padding, dilation=None, value=0.0):
    """An input with channels first, and its padding around it."""
    amounts = [
        borders(x.shape[axis + 2], window[axis], stride[axis], dilation[axis] if dilation else 1, along(padding, axis))
        for axis in range(len(window))
    ]
    return F.pad(x, [zeros for pair in reversed(amounts) for zeros in pair], value=value)


ACTIVATIONS = {"none": lambda x: x, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


def convolution(x, w, bias=True, stride=None, dilation=None, padding="valid", activation="none", groups=1):
    rank = len(x) - 2
    stride, dilation = stride or [1] * rank, dilation or [1] * rank

    def run(x, w, b=None):
        padded = around(first(x), w.shape[:-2], stride, padding, dilation)
        filters = w.movedim((-1, -2), (0, 1)).contiguous()
        y = (F.conv1d, F.conv2d, F.conv3d)[rank - 1](padded, filters, b, stride, 0, dilation, groups)
        return last(ACTIVATIONS[activation](y))

    inputs = [short(*x), short(*w)] + ([short(w[-1])] if bias else [])
    name = f"{x} * {w} {bias} {stride} {dilation} {padding} {activation} {groups}"
    return layer_case(
        name, run, *inputs, stride=stride, dilation=dilation, padding=padding, activation=activation, groups=groups)


@fixture
def convolutions():
    """Filters [lengths…, in / groups, out]."""
    torch.manual_seed(3)
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
        # Groups, and as many as there are channels.
        convolution([1, 5, 6, 4], [3, 3, 2, 6], groups=2, padding="same", activation="relu"),
        convolution([2, 4, 5, 6], [2, 3, 2, 3], groups=3, stride=[1, 2]),
        convolution([2, 6, 5, 3], [3, 3, 1, 3], groups=3, padding="same", activation="tanh"),
        convolution([1, 6, 7, 3], [3, 2, 1, 6], groups=3, stride=[2, 1], bias=False),
        convolution([1, 7, 8, 2], [3, 3, 1, 4], groups=2, dilation=[2, 1], padding=[2, 1, 0, 1]),
        convolution([1, 4, 5, 19], [3, 3, 1, 19], groups=19, stride=[2, 2], padding="same"),
        # Sequences.
        convolution([2, 7, 3], [3, 3, 4]),
        convolution([2, 9, 2], [4, 2, 3], stride=[2], padding="same", activation="tanh"),
        convolution([1, 8, 2], [3, 2, 3], dilation=[2], padding="causal", activation="sigmoid"),
        convolution([1, 9, 1], [2, 1, 2], stride=[3], dilation=[3], padding="causal"),
        convolution([1, 6, 2], [3, 2, 2], padding=[2, 1], bias=False),
        convolution([1, 6, 4], [3, 1, 4], groups=4, padding="same"),
        convolution([1, 5, 4], [2, 2, 2], groups=2),
        # Volumes.
        convolution([1, 4, 5, 4, 2], [3, 3, 2, 2, 3], activation="relu"),
        convolution([2, 4, 3, 4, 1], [2, 3, 3, 1, 2], padding="same", activation="tanh"),
        convolution([1, 5, 4, 6, 2], [3, 2, 3, 2, 2], stride=[2, 1, 2], padding="same", bias=False),
        convolution([1, 5, 4, 4, 2], [2, 2, 2, 2, 2], dilation=[3, 1, 2], padding=[1, 0, 0, 1, 1, 1]),
        convolution([1, 3, 4, 4, 2], [1, 3, 3, 2, 2], stride=[2, 1, 1]),
        convolution([1, 3, 3, 3, 4], [2, 2, 2, 2, 2], groups=2),
    ]


def transposed(x, w, bias=True, stride=None, dilation=None, padding="valid", output_padding=None, activation="none"):
    rank = len(x) - 2
    stride, dilation = stride or [1] * rank, dilation or [1] * rank

    def place(axis):
        """Of the result without padding, the zeros or elements to go before it and after it."""
        count, extent, here = x[axis + 1], (w[axis] - 1) * dilation[axis] + 1, along(padding, axis)
        full, extra = (count - 1) * stride[axis] + extent, output_padding and output_padding[axis]
        if isinstance(here, list):
            return -here[0], (extra or 0) - here[1]
        if here == "valid":
            return 0, max(stride[axis] - extent, 0) if extra is None else extra
        length = count * stride[axis] if extra is None else full - 2 * (extent // 2) + extra
        before = max(full - length, 0) // 2  # TensorFlow's
        return -before, length - full + before

    def run(x, w, b=None):
        transpose = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[rank - 1]
        filters = w.movedim((-1, -2), (0, 1)).contiguous()
        full = transpose(first(x), filters, None, stride, dilation=dilation)
        y = F.pad(full, [zeros for axis in reversed(range(rank)) for zeros in place(axis)])
        if isinstance(padding, list) and padding[::2] == padding[1::2]:
            theirs = transpose(
                first(x), filters, None, stride, padding[::2], output_padding or 0, dilation=dilation)
            assert torch.allclose(y, theirs)
        if b is not None:
            y = y + b.reshape(-1, *[1] * rank)
        return last(ACTIVATIONS[activation](y))

    inputs = [short(*x), short(*w)] + ([short(w[-2])] if bias else [])
    name = f"transposed {x} * {w} {bias} {stride} {dilation} {padding} {output_padding} {activation}"
    options = {} if output_padding is None else {"outputPadding": output_padding}
    return layer_case(
        name, run, *inputs, kind="transposed", stride=stride, dilation=dilation, padding=padding,
        activation=activation, **options)


@fixture
def transposed_convolutions():
    """Filters [lengths…, out, in]."""
    torch.manual_seed(8)
    return [
        transposed([2, 3, 4, 3], [4, 4, 2, 3], stride=[2, 2], padding="same", activation="relu"),
        transposed([1, 3, 2, 4], [2, 2, 3, 4], stride=[2, 2], activation="tanh"),
        transposed([1, 3, 3, 2], [4, 4, 1, 2], stride=[2, 2], padding=[1, 1, 1, 1], activation="sigmoid"),
        transposed([1, 4, 3, 2], [3, 3, 18, 2]),
        transposed([1, 3, 3, 2], [3, 3, 2, 2], stride=[2, 2], padding="same"),
        transposed([1, 3, 3, 2], [3, 3, 2, 2], stride=[2, 2], padding=[1, 1, 1, 1], output_padding=[1, 1], bias=False),
        transposed([1, 3, 4, 2], [2, 1, 2, 2], stride=[3, 2]),
        transposed([1, 3, 2, 1], [3, 5, 2, 1], stride=[2, 1], padding="same", output_padding=[1, 0]),
        transposed([1, 2, 3, 2], [3, 2, 2, 2], stride=[3, 2], dilation=[2, 1], padding=[1, 0, 2, 1]),
        transposed([2, 4, 3], [4, 2, 3], stride=[2], padding="same", activation="relu"),
        transposed([1, 3, 2], [5, 3, 2], stride=[3], activation="tanh"),
        transposed([1, 2, 3, 2, 2], [2, 3, 3, 3, 2], stride=[2, 2, 1], padding="same", activation="tanh"),
        transposed([1, 2, 2, 3, 2], [3, 2, 2, 1, 2], stride=[2, 1, 2], padding=[1, 1, 0, 0, 1, 1], bias=False),
    ]


def pooling(kind, x, window, stride, padding="valid"):
    rank = len(window)

    def run(x):
        if kind == "max":
            pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[rank - 1]
            return last(pool(around(first(x), window, stride, padding, value=-math.inf), window, stride))
        size = math.prod(window)
        pool = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[rank - 1]
        total, count = (size * pool(around(first(i), window, stride, padding), window, stride) for i in (x, torch.ones_like(x)))
        return last(total / count)

    name = f"{kind} {x} {window} {stride} {padding}"
    return layer_case(name, run, short(*x), kind=kind, window=window, stride=stride, padding=padding)


def adaptive(kind, x, sizes):
    def run(x):
        pools = {
            "max": (F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d),
            "average": (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d),
        }
        return last(pools[kind][len(sizes) - 1](first(x), sizes))

    return layer_case(f"adaptive {kind} {x} {sizes}", run, short(*x), kind=kind, sizes=sizes)


@fixture
def poolings():
    """What a window has outside of its input does not count."""
    torch.manual_seed(4)
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
            ([2, 7, 3], [2], [2]),
            ([1, 8, 2], [3], [2], "same"),
            ([1, 4, 6, 5, 2], [2, 2, 2], [2, 2, 2]),
            ([2, 4, 3, 5, 1], [3, 2, 3], [1, 1, 2], "same"),
        ]
    ] + [
        adaptive(kind, *arguments)
        for kind in ("max", "average")
        for arguments in [
            ([2, 6, 4, 3], [3, 2]),
            ([1, 7, 5, 2], [3, 2]),
            ([1, 2, 3, 2], [4, 5]),
            ([1, 7, 3], [3]),
            ([1, 5, 4, 3, 2], [2, 3, 2]),
        ]
    ]
