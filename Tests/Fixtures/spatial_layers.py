"""Layers over sequences, images and volumes, channels last. SpatialLayerTests.swift has Swift's way to say it."""
import math

import torch
import torch.nn.functional as F

from cases import fixture, layer, short
from spatial import around, first, last


def convolution(x, kernel, bias=None, stride=1, padding="valid", dilation=1, groups=1):
    rank = x.dim() - 2
    padded = around(first(x), kernel.shape[:-2], [stride] * rank, padding, [dilation] * rank)
    filters = kernel.movedim((-1, -2), (0, 1))
    return last((F.conv1d, F.conv2d, F.conv3d)[rank - 1](padded, filters, bias, stride, 0, dilation, groups))


def transposed(x, kernel, bias=None, stride=1, cut=0, output_padding=0):
    transpose = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[x.dim() - 3]
    return last(transpose(first(x), kernel.movedim((-1, -2), (0, 1)).contiguous(), bias, stride, cut, output_padding))


def depthwise(x, kernel, bias=None, **options):
    channels, multiplier = kernel.shape[-2:]
    filters = kernel.reshape(*kernel.shape[:-2], 1, channels * multiplier)
    return convolution(x, filters, bias, groups=channels, **options)


def separable(x, depthwiseKernel, pointwiseKernel, bias=None, **options):
    return convolution(depthwise(x, depthwiseKernel, **options), pointwiseKernel, bias)


def locally_connected(x, kernel, bias=0, *, window, stride=1, padding="valid", dilation=1):
    """Weights of every place times what unfold finds there; its patches have the channels first, these kernels have them last."""
    rank, channels = len(window), x.shape[-1]
    padded = around(first(x), window, [stride] * rank, padding, [dilation] * rank)
    fill = [1] * (2 - rank)  # unfold knows of images only
    image = padded.reshape(len(x), channels, *fill, *padded.shape[2:])
    size, steps, taps = (*fill, *window), (*fill, *[stride] * rank), (*fill, *[dilation] * rank)
    patches = F.unfold(image, size, taps, stride=steps)
    places = [(n - (k - 1) * d - 1) // s + 1 for n, k, d, s in zip(image.shape[2:], size, taps, steps)][2 - rank:]
    patches = patches.reshape(len(x), channels, -1, kernel.shape[0]).permute(0, 3, 2, 1).flatten(2)
    return torch.einsum("npk,pkf->npf", patches, kernel).reshape(len(x), *places, -1) + bias


@fixture
def convolution_layers():
    torch.manual_seed(40)
    sequence, image, volume = short(2, 6, 2), short(1, 5, 4, 2), short(1, 3, 4, 3, 2)

    def weights(*kernel, bias=-1):
        return {"kernel": short(*kernel), "bias": short(kernel[bias])}

    def two_steps(*lengths, multiplier, filters):
        return {
            "depthwiseKernel": short(*lengths, 2, multiplier),
            "pointwiseKernel": short(*[1] * len(lengths), 2 * multiplier, filters),
            "bias": short(filters),
        }

    return [
        layer("conv1d", convolution, [sequence], weights(3, 2, 3)),
        layer("conv1d causal", lambda x, **p: torch.tanh(convolution(x, padding="causal", dilation=2, **p)), [sequence], weights(2, 2, 3)),
        layer("conv1d stride", lambda x, **p: convolution(x, stride=2, padding="same", **p), [sequence], weights(3, 2, 2)),
        layer("conv2d", lambda x, **p: F.elu(convolution(x, padding="same", **p)), [image], weights(3, 3, 2, 2)),
        layer("conv2d groups", lambda x, **p: torch.sigmoid(convolution(x, groups=2, **p)), [short(1, 4, 4, 4)], weights(2, 3, 2, 4)),
        layer("conv2d dilated", lambda x, **p: convolution(x, padding="same", dilation=2, **p), [image], {"kernel": short(3, 3, 2, 2)}),
        layer("conv3d", lambda x, **p: torch.tanh(convolution(x, padding="same", stride=2, **p)), [volume], weights(2, 3, 2, 2, 2)),
        layer("conv1d transpose", lambda x, **p: torch.tanh(transposed(x, stride=2, **p)), [sequence], weights(3, 2, 2, bias=-2)),
        layer("conv2d transpose", lambda x, **p: torch.tanh(transposed(x, stride=2, cut=1, **p)), [short(1, 3, 2, 2)], weights(4, 4, 3, 2, bias=-2)),
        layer("conv2d transpose output padding", lambda x, **p: transposed(x, stride=2, cut=1, output_padding=1, **p), [short(1, 2, 3, 2)], {"kernel": short(3, 3, 1, 2)}),
        layer("conv3d transpose", lambda x, **p: torch.sigmoid(transposed(x, stride=2, **p)), [short(1, 2, 2, 1, 2)], weights(2, 2, 2, 2, 2, bias=-2)),
        layer("depthwise 1d", lambda x, **p: torch.tanh(depthwise(x, padding="causal", **p)), [sequence], {"kernel": short(3, 2, 2), "bias": short(4)}),
        layer("depthwise 2d", lambda x, **p: torch.sigmoid(depthwise(x, padding="same", **p)), [image], {"kernel": short(3, 3, 2, 1), "bias": short(2)}),
        layer("depthwise 2d multiplier", lambda x, **p: depthwise(x, stride=2, **p), [image], {"kernel": short(2, 2, 2, 3)}),
        layer("separable 1d", lambda x, **p: torch.tanh(separable(x, **p)), [sequence], two_steps(3, multiplier=1, filters=3)),
        layer("separable 2d", lambda x, **p: torch.tanh(separable(x, padding="same", **p)), [image], two_steps(3, 2, multiplier=2, filters=3)),
        layer("locally connected 1d", lambda x, **p: torch.tanh(locally_connected(x, window=[3], stride=2, padding="same", **p)), [sequence], {"kernel": short(3, 6, 2), "bias": short(3, 2)}),
        layer("locally connected 1d dilated", lambda x, **p: locally_connected(x, window=[2], dilation=2, **p), [sequence], {"kernel": short(4, 4, 2)}),
        layer("locally connected 2d", lambda x, **p: torch.sigmoid(locally_connected(x, window=[3, 2], **p)), [image], {"kernel": short(9, 12, 2), "bias": short(3, 3, 2)}),
    ]


def pooled(pool, *arguments, **options):
    return lambda x: last(pool(first(x), *arguments, **options))


@fixture
def pooling_layers():
    torch.manual_seed(41)
    sequence, image, volume = short(2, 7, 2), short(1, 5, 6, 2), short(1, 4, 3, 5, 1)

    def extended(x):
        return last(F.max_pool2d(around(first(x), (3, 3), (2, 2), "same", value=-math.inf), 3, 2))

    return [
        layer("max 1d", pooled(F.max_pool1d, 2), [sequence], smooth=False),
        layer("max 2d", pooled(F.max_pool2d, 2), [image], smooth=False),
        layer("max 2d overlapping", pooled(F.max_pool2d, 3, 2), [image], smooth=False),
        layer("max 2d same", extended, [image], smooth=False),
        layer("max 3d", pooled(F.max_pool3d, 2), [volume], smooth=False),
        layer("average 1d", pooled(F.avg_pool1d, 3, 2), [sequence]),
        layer("average 2d", pooled(F.avg_pool2d, (2, 3)), [image]),
        layer("average 3d", pooled(F.avg_pool3d, 2, 1), [volume]),
        layer("global average 1d", lambda x: x.mean(1), [sequence]),
        layer("global average 2d", lambda x: x.mean((1, 2)), [image]),
        layer("global average 3d", lambda x: x.mean((1, 2, 3)), [volume]),
        layer("global max 1d", lambda x: x.amax(1), [sequence], smooth=False),
        layer("global max 2d", lambda x: x.amax((1, 2)), [image], smooth=False),
        layer("global max 3d", lambda x: x.amax((1, 2, 3)), [volume], smooth=False),
        layer("adaptive average 1d", pooled(F.adaptive_avg_pool1d, 3), [sequence]),
        layer("adaptive average 2d", pooled(F.adaptive_avg_pool2d, (3, 4)), [image]),
        layer("adaptive average 3d", pooled(F.adaptive_avg_pool3d, 2), [volume]),
        layer("adaptive max 1d", pooled(F.adaptive_max_pool1d, 3), [sequence], smooth=False),
        layer("adaptive max 2d", pooled(F.adaptive_max_pool2d, 2), [image], smooth=False),
        layer("adaptive max 3d", pooled(F.adaptive_max_pool3d, (3, 2, 1)), [volume], smooth=False),
    ]


@fixture
def border_layers():
    torch.manual_seed(42)
    sequence, image, volume = short(2, 5, 2), short(1, 4, 3, 2), short(1, 3, 3, 4, 1)

    def padded(*amounts, mode="constant"):
        return lambda x: last(F.pad(first(x), amounts, mode))

    def scaled(factor, mode):
        options = {"align_corners": False} if mode == "bilinear" else {}
        return lambda x: last(F.interpolate(first(x), scale_factor=factor, mode=mode, **options))

    return [
        layer("zero padding 1d", padded(2, 1), [sequence]),
        layer("zero padding 2d", padded(2, 2, 1, 1), [image]),
        layer("zero padding 2d sides", padded(3, 0, 1, 2), [image]),
        layer("zero padding 3d", padded(1, 1, 1, 1, 1, 1), [volume]),
        layer("reflection padding 2d", padded(2, 2, 1, 1, mode="reflect"), [image]),
        layer("cropping 1d", padded(-1, -2), [sequence]),
        layer("cropping 2d", padded(-1, 0, 0, -2), [image]),
        layer("cropping 3d", padded(-1, -1, -1, -1, -1, -1), [volume]),
        layer("upsampling 1d", scaled(3, "nearest"), [sequence]),
        layer("upsampling 2d", scaled((2, 3), "nearest"), [image]),
        layer("upsampling 2d bilinear", scaled((3, 2), "bilinear"), [image]),
        layer("upsampling 3d", scaled(2, "nearest"), [volume]),
        layer("pixel shuffle", lambda x: last(F.pixel_shuffle(first(x), 2)), [short(1, 2, 3, 8)]),
    ]


@fixture
def resizing():
    """Operations on images whose result has another size."""
    torch.manual_seed(43)
    image, small = short(1, 5, 4, 2), short(1, 4, 6, 2)

    def unpooled(values, image):
        places = F.max_pool2d(first(image), 2, return_indices=True)[1]
        return last(F.max_unpool2d(first(values), places, 2))

    return [
        layer("bilinear", lambda x: last(F.interpolate(first(x), (7, 3), mode="bilinear", align_corners=False)), [image]),
        layer("nearest", lambda x: last(F.interpolate(first(x), (3, 7), mode="nearest-exact")), [image]),
        layer("pixel unshuffle", lambda x: last(F.pixel_unshuffle(first(x), 2)), [small]),
        layer("max unpool", unpooled, [short(1, 2, 3, 2), small], smooth=False),
    ]
