"""Attention, as Keras computes it. AttentionLayerTests.swift has Swift's way to say it."""
import torch

from cases import fixture, short
from keras_cases import keras_layer  # first: it chooses the backend
from keras import layers
from torch.nn.attention import SDPBackend, sdpa_kernel


@fixture
def attention_layers():
    torch.manual_seed(22)
    query, value, key = short(2, 3, 4), short(2, 5, 4), short(2, 5, 4)
    other, long = short(2, 5, 6), short(2, 3, 5)
    steps = torch.tensor([[True, True, False, True, False], [False, True, True, True, True]])
    pairs = torch.rand(2, 3, 5) < 0.6
    made = {"dtype": "float64"}
    heads = [f"{part}{kind}" for part in ("query", "key", "value", "output") for kind in ("Kernel", "Bias")]
    # Keras makes the values' projection after the keys', as we do.
    multi = lambda **options: layers.MultiHeadAttention(2, 3, **options, **made)
    with sdpa_kernel(SDPBackend.MATH):  # the others have no second derivatives
        return [
            keras_layer("attention", layers.Attention(**made), [], [query, value], lambda l, q, v: l([q, v])),
            keras_layer("attention with keys", layers.Attention(use_scale=True, **made), ["scale"], [query, value, key],
                        lambda l, q, v, k: l([q, v, k])),
            keras_layer("attention with a mask", layers.Attention(**made), [], [query, value, steps],
                        lambda l, q, v, m: l([q, v], mask=[None, m])),
            keras_layer("causal attention to itself", layers.Attention(**made), [], [query],
                        lambda l, q: l([q, q], use_causal_mask=True)),
            keras_layer("additive attention", layers.AdditiveAttention(**made), ["scale"], [query, value, key],
                        lambda l, q, v, k: l([q, v, k])),
            keras_layer("multi-head attention", multi(), heads, [query, value], lambda l, q, v: l(q, v)),
            keras_layer("multi-head attention to itself", multi(value_dim=2, output_shape=5), heads, [query],
                        lambda l, q: l(q, q, use_causal_mask=True)),
            keras_layer("multi-head attention with a mask", multi(use_bias=False), heads[::2], [long, other, key, pairs],
                        lambda l, q, v, k, m: l(q, v, k, attention_mask=m)),
        ]
