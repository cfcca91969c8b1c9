"""Dense layers, activations, and how layers are put together. BasicLayerTests.swift has Swift's way to say it."""
import torch
import torch.nn.functional as F

from cases import fixture, layer, short


def dense(x, kernel, bias=None):
    return x @ kernel + (0 if bias is None else bias)


@fixture
def basic_layers():
    torch.manual_seed(20)
    x, sequence = short(3, 4), short(2, 3, 4)
    weights = lambda inputs, units, prefix="": {f"{prefix}kernel": short(inputs, units), f"{prefix}bias": short(units)}
    return [
        layer("dense", dense, [x], weights(4, 3)),
        layer("dense tanh", lambda x, **p: torch.tanh(dense(x, **p)), [x], weights(4, 3)),
        layer("dense without bias", lambda x, **p: torch.sigmoid(dense(x, **p)), [x], {"kernel": short(4, 2)}),
        layer("dense softplus", lambda x, **p: F.softplus(dense(x, **p)), [x], weights(4, 3)),
        layer("dense of a sequence", lambda x, **p: torch.relu(dense(x, **p)), [sequence], weights(4, 5)),
    ]
