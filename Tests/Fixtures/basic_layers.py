"""Dense layers, activations, embeddings, and how layers are put together. BasicLayerTests.swift has Swift's way to say it."""
import torch
import torch.nn.functional as F

from cases import fixture, layer, short
from keras_cases import keras_layer  # first: it chooses the backend
from keras import layers


def dense(x, kernel, bias=None):
    return x @ kernel + (0 if bias is None else bias)


def maxout(x, kernel, bias):
    return dense(x, kernel, bias).unflatten(-1, (3, 2)).amax(-1)


ACTIVATIONS = {
    "linear": lambda x: x, "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softmax": lambda x: F.softmax(x, -1),
    "leakyRelu": F.leaky_relu, "elu": F.elu, "softplus": F.softplus, "swish": F.silu, "silu": F.silu, "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"), "hardSigmoid": lambda x: (x / 6 + 0.5).clamp(0, 1),
    "hardSwish": lambda x: x * (x / 6 + 0.5).clamp(0, 1), "hardTanh": F.hardtanh, "relu6": F.relu6, "selu": F.selu, "celu": F.celu,
    "mish": F.mish, "softsign": F.softsign, "exponential": torch.exp, "logSigmoid": F.logsigmoid,
    "logSoftmax": lambda x: F.log_softmax(x, -1),
}


@fixture
def basic_layers():
    torch.manual_seed(20)
    x, sequence, images = short(3, 4), short(2, 3, 4), short(2, 3, 4, 2)
    made = {"dtype": "float64"}
    words = torch.tensor([[2, 0, 4], [4, 4, 1]], dtype=torch.int64)
    weights = lambda inputs, units, prefix="": {f"{prefix}kernel": short(inputs, units), f"{prefix}bias": short(units)}
    return [
        layer("dense", dense, [x], weights(4, 3)),
        layer("dense tanh", lambda x, **p: torch.tanh(dense(x, **p)), [x], weights(4, 3)),
        layer("dense without bias", lambda x, **p: torch.sigmoid(dense(x, **p)), [x], {"kernel": short(4, 2)}),
        layer("dense softplus", lambda x, **p: F.softplus(dense(x, **p)), [x], weights(4, 3)),
        layer("dense of a sequence", lambda x, **p: torch.relu(dense(x, **p)), [sequence], weights(4, 5)),
        layer("flatten", lambda x: x.flatten(1), [images]),
        layer("reshape", lambda x: x.reshape(2, 6, 4), [images]),
        keras_layer("permute", layers.Permute((3, 1, 2), **made), [], [images]),
        keras_layer("repeat vector", layers.RepeatVector(3, **made), [], [x]),
        keras_layer("time distributed", layers.TimeDistributed(layers.Dense(2, **made), **made),
                    ["dense.kernel", "dense.bias"], [sequence]),
        layer("time distributed layers", lambda x, **p: torch.tanh(dense(x.flatten(2), p["sequential_dense_kernel"], p["sequential_dense_bias"])),
              [images], weights(8, 3, "sequential.dense.")),
        keras_layer("embedding", layers.Embedding(5, 3, **made), ["embeddings"], [words]),
        keras_layer("prelu", layers.PReLU(**made), ["alpha"], [sequence]),
        keras_layer("prelu of channels", layers.PReLU(shared_axes=[1, 2], **made), ["alpha"], [images]),
        layer("maxout", maxout, [x], weights(4, 6)),
        keras_layer("leaky relu", layers.LeakyReLU(**made), [], [x]),
        layer("residual", lambda x, **p: torch.relu(x + dense(x, p["body_dense_kernel"], p["body_dense_bias"])), [x],
              weights(4, 4, "body.dense.")),
        layer("skip", lambda x, **p: torch.cat([dense(x, p["body_dense_kernel"], p["body_dense_bias"]), x], -1), [x],
              weights(4, 3, "body.dense.")),
    ] + [
        layer(f"parallel {name}", lambda x, merge=merge, **p: merge(
            dense(x, p["dense_kernel"], p["dense_bias"]), dense(x, p["dense_1_kernel"], p["dense_1_bias"])), [x],
            weights(4, 3, "dense.") | weights(4, 3, "dense_1."))
        for name, merge in {
            "concatenate": lambda a, b: torch.cat([a, b], -1), "add": torch.add, "subtract": torch.sub,
            "multiply": torch.mul, "average": lambda a, b: (a + b) / 2, "maximum": torch.maximum,
            "minimum": torch.minimum}.items()
    ] + [layer(f"activation {name}", function, [3 * x]) for name, function in ACTIVATIONS.items()]
