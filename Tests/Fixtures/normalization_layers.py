"""Normalisations of activations and of weights. NormalizationLayerTests.swift has Swift's way to say it."""
import torch
import torch.nn.functional as F

from cases import fixture, layer, short
from keras_cases import keras_layer  # first: it chooses the backend
from keras import layers


def local_response(x, size, k, alpha, beta):
    # PyTorch takes the mean of the squares.
    return F.local_response_norm(x.movedim(-1, 1), size, alpha * size, beta, k).movedim(1, -1)


def within_channels(x, size, k, alpha, beta):
    squares = F.pad(x.movedim(-1, 1).square(), (size // 2, (size - 1) // 2) * 2)
    return x / (k + alpha * size**2 * F.avg_pool2d(squares, size, 1).movedim(1, -1)) ** beta


def unit(x):
    return F.normalize(x.detach(), dim=None)


def spectral(kernel, u, training):
    """Algorithm 1 of Miyato et al. 2018: u and v are constants to the gradient."""
    matrix = kernel.reshape(-1, kernel.shape[-1])
    v = unit(u @ matrix.T)
    if training:
        u = unit(v @ matrix)
    return kernel / (v @ matrix @ u.T).sum(), u


def spectral_dense(x, vectorU, dense_kernel, dense_bias, training):
    weights, u = spectral(dense_kernel, vectorU, training)
    return x @ weights + dense_bias, {"vectorU": u} if training else {}


def weight_normalized_convolution(x, g, conv2d_kernel, conv2d_bias):
    weights = conv2d_kernel * (g / conv2d_kernel.flatten(0, 2).norm(dim=0))
    return F.conv2d(x.movedim(-1, 1), weights.permute(3, 2, 0, 1), conv2d_bias).movedim(1, -1)


@fixture
def normalization_layers():
    torch.manual_seed(21)
    x, images, batch = short(3, 4), short(2, 3, 3, 4), short(5, 3)
    learned, moving = ["gamma", "beta"], ["movingMean", "movingVariance"]
    made = {"dtype": "float64"}
    positive = lambda n: {"movingVariance": 0.3 + short(n).abs()}
    batch_norm = lambda name, keys, x, training, function=lambda y: y, **options: keras_layer(
        name, layers.BatchNormalization(**made, **options), keys, [x],
        lambda l, x: (lambda y: (function(y[0]), y[1]) if isinstance(y, tuple) else y)(l(x)),
        values=positive(x.shape[-1]), training=training)
    dense = lambda: {"dense.kernel": short(4, 3), "dense.bias": short(3)}
    spectral_case = lambda name, training: layer(
        name, lambda x, **p: spectral_dense(x, training=training, **p), [x], dense(), constants={"vectorU": short(1, 3)},
        twice=True, smooth=not training, training=training)
    return [
        batch_norm("batch normalization", learned + moving, images, True),
        batch_norm("batch normalization in use", learned + moving, images, False),
        batch_norm("batch normalization of vectors", learned + moving, batch, True, momentum=0.9, epsilon=1e-5),
        batch_norm("batch normalization without scale", ["beta"] + moving, batch, True, scale=False),
        batch_norm("batch normalization without offset", ["gamma"] + moving, batch, False, center=False),
        batch_norm("batch normalization relu", learned + moving, images, True, torch.relu),
        batch_norm("batch normalization leaky relu in use", learned + moving, images, False,
                   lambda y: F.leaky_relu(y, 0.2)),
        batch_norm("batch normalization tanh", learned + moving, images, True, torch.tanh),
        keras_layer("layer normalization", layers.LayerNormalization(**made), learned, [images]),
        keras_layer("layer normalization of vectors", layers.LayerNormalization(epsilon=1e-5, **made), learned, [short(2, 21)]),
        keras_layer("layer normalization without weights", layers.LayerNormalization(scale=False, center=False, **made), [], [x]),
        keras_layer("group normalization", layers.GroupNormalization(2, **made), learned, [images]),
        keras_layer("group normalization of one group", layers.GroupNormalization(1, **made), learned, [images]),
        keras_layer("instance normalization", layers.GroupNormalization(-1, **made), learned, [images]),
        layer("local response normalization", lambda x: local_response(x, 5, 2, 1e-4, 0.75), [short(2, 2, 2, 7)]),
        layer("local response normalization of few", lambda x: local_response(x, 2, 1, 0.5, 0.5), [short(2, 2, 2, 3)]),
        layer("local response normalization within channels", lambda x: within_channels(x, 3, 1, 0.1, 0.75), [images]),
        spectral_case("spectral normalization", True),
        spectral_case("spectral normalization in use", False),
        layer("weight normalization", weight_normalized_convolution, [short(2, 3, 3, 2)],
              {"g": short(3), "conv2d.kernel": short(2, 2, 2, 3), "conv2d.bias": short(3)}),
    ]
