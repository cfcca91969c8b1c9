"""Layers as Keras computes them, on PyTorch's tensors."""
import inspect
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import torch
from keras.src.backend.common import dtypes

from cases import layer, short

dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # outside of TensorFlow, Keras would compute in single precision


def keras_layer(name, made, keys, inputs, call=None, *, values={}, training=False, **options):
    """A case of a layer that Keras has: `keys` are the names in Swift of its weights, the trainable ones first. Their values are random
    unless given. call(layer, *inputs) says how it is called, if not with the only input."""
    call = call or (lambda l, x: l(x))
    call(made, *inputs)
    variables = made.trainable_variables + made.non_trainable_variables
    assert len(variables) == len(keys), [v.path for v in variables]
    weights = {key: values.get(key, short(*variable.shape)) for key, variable in zip(keys, variables)}
    count = len(made.trainable_variables)

    def run(*arguments, **named):
        # The layer computes with these tensors in the place of its variables.
        tensors = [named[key.replace(".", "_")] for key in keys]
        mode = {"training": training} if "training" in inspect.signature(made.call).parameters else {}
        stateless = lambda *a, **k: made.stateless_call(tensors[:count], tensors[count:], *a, **k, **mode)
        output, after = call(stateless, *arguments)
        return output, dict(zip(keys[count:], after)) if training else {}

    return layer(
        name, run, inputs, {k: weights[k] for k in keys[:count]}, constants={k: weights[k] for k in keys[count:]},
        training=training, **options)
