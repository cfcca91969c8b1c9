#!/usr/bin/env python3
"""Makes what the networks' tests compare with: training runs of PyTorch, summaries printed by Keras, and what
Keras's networks compute.

Run it with a Python that has torch and keras:  KERAS_BACKEND=torch COLUMNS=120 python3 Tests/Fixtures/make_networks.py
"""
import json
import pathlib

import keras
import numpy as np
import torch
import torch.nn.functional as F
from keras import layers

from cases import numbers

HERE = pathlib.Path(__file__).parent


def lenet_training():
    """Five steps of a small LeNet on two batches of noise, with weights in this project's layout (filters [h, w, in, out])."""
    torch.manual_seed(11)
    conv1, conv2 = torch.nn.Conv2d(1, 4, 5, padding=2), torch.nn.Conv2d(4, 6, 3)
    dense1, dense2 = torch.nn.Linear(24, 12), torch.nn.Linear(12, 5)
    modules = torch.nn.ModuleList([conv1, conv2, dense1, dense2])
    start = {k: v.clone() for k, v in modules.state_dict().items()}
    images, labels = torch.randn(16, 1, 12, 12), torch.randint(0, 5, (16,))

    def network(x):
        x = F.avg_pool2d(torch.tanh(conv1(x)), 2)
        x = F.max_pool2d(torch.relu(conv2(x)), 2)
        return dense2(torch.tanh(dense1(x.permute(0, 2, 3, 1).flatten(1))))

    runs = {}
    for name, make in {
        "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    }.items():
        modules.load_state_dict(start)
        optimizer = make(modules.parameters())
        losses = []
        for step in range(5):
            half = slice(0, 8) if step % 2 == 0 else slice(8, 16)
            optimizer.zero_grad()
            loss = F.cross_entropy(network(images[half]), labels[half])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        runs[name] = losses
    modules.load_state_dict(start)
    filters = lambda conv: numbers(conv.weight.permute(2, 3, 1, 0).contiguous())
    return {
        "images": numbers(images.permute(0, 2, 3, 1).contiguous()),
        "labels": labels.tolist(),
        "weights": {
            "conv2d.kernel": filters(conv1), "conv2d.bias": numbers(conv1.bias),
            "conv2d_1.kernel": filters(conv2), "conv2d_1.bias": numbers(conv2.bias),
            "dense.kernel": numbers(dense1.weight.T.contiguous()), "dense.bias": numbers(dense1.bias),
            "dense_1.kernel": numbers(dense2.weight.T.contiguous()), "dense_1.bias": numbers(dense2.bias),
        },
        "losses": runs,
    }


def summaries():
    """Keras's tables as it prints them."""

    def table(name, width, *parts):
        keras.backend.clear_session()
        lines = []
        network = keras.Sequential(list(parts), name=name)
        network.summary(line_length=width, print_fn=lambda text, **_: lines.append(text))
        return "\n".join(lines).rstrip("\n")

    lenet = lambda: [
        keras.Input((28, 28, 1)), layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2), layers.Flatten(),
        layers.Dense(120, activation="tanh"), layers.Dense(84, activation="tanh"), layers.Dense(10),
    ]
    cnn = lambda: [
        keras.Input((28, 28, 1)), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2), layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10),
    ]
    odd = lambda: [
        keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name="a_name_that_is_much_longer_than_its_column"),
        layers.BatchNormalization(), layers.GlobalAveragePooling2D(), layers.Dropout(0.5), layers.Dense(3),
        layers.Reshape((3, 1)), layers.Activation("relu"), layers.Flatten(),
    ]
    return {
        "lenet 76": table("lenet", 76, *lenet()), "lenet 88": table("lenet", 88, *lenet()),
        "cnn 76": table("cnn", 76, *cnn()), "odd 76": table("odd", 76, *odd()),
    }


def tagger_training():
    """A network that says something of every word of sentences of different lengths, filled up with word 0: the loss of each step, and
    what it is like afterwards, padding left out."""
    keras.utils.set_random_seed(3)
    lengths = np.array([5, 2, 4, 1, 3, 5])
    words = np.random.randint(1, 7, (6, 5)) * (np.arange(5) < lengths[:, None])
    tags = np.random.randint(0, 3, (6, 5))
    network = keras.Sequential([
        keras.Input((5,)), layers.Embedding(7, 3, mask_zero=True), layers.LSTM(4, return_sequences=True),
        layers.TimeDistributed(layers.Dense(3)),
    ])
    keys = ["embedding.embeddings", "lstm.kernel", "lstm.recurrentKernel", "lstm.bias",
            "time_distributed.dense.kernel", "time_distributed.dense.bias"]
    values = lambda: {key: numbers(torch.tensor(value)) for key, value in zip(keys, network.get_weights(), strict=True)}
    start = values()

    def measured():
        """The mean loss and the share of right answers, of the words that are there."""
        outputs, kept = torch.tensor(network.predict(words, verbose=0)), torch.tensor(words != 0)
        truth = torch.tensor(tags)[kept]
        return F.cross_entropy(outputs[kept], truth).item(), (outputs[kept].argmax(1) == truth).double().mean().item()

    network.compile(keras.optimizers.SGD(0.5, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert abs(network.test_on_batch(words, tags) - measured()[0]) < 1e-6  # Keras leaves padding out as well
    losses = []
    for step in range(8):
        half = slice(0, 3) if step % 2 == 0 else slice(3, 6)
        network.reset_metrics()
        losses.append(float(network.train_on_batch(words[half], tags[half])))
    loss, accuracy = measured()
    return {"words": words.tolist(), "tags": tags.tolist(), "weights": start, "losses": losses, "trained": values(),
            "loss": loss, "accuracy": accuracy}


def architectures():
    """Scores of Keras's own networks, with weights and an image that follow from their shapes: nothing needs to be stored but the scores.
    Weights of the same kind and shape are equal, so that the order in which a network lists them does not matter."""

    def spread(shape):
        """Numbers between -0.5 and 0.5 that look random: the last 32 bits of i² · 2654435761 + i · 40503."""
        i = np.arange(np.prod(shape), dtype=np.uint64)
        bits = (i * i * np.uint64(2654435761) + i * np.uint64(40503)) & np.uint64(2**32 - 1)
        return (bits / 2**32 - 0.5).reshape(shape)

    def value(name, shape):
        numbers = spread(shape)
        if name == "kernel":
            return numbers * np.sqrt(24 / np.prod(shape[:2] if len(shape) == 4 and shape[3] == 1 else shape[:-1]))
        return {"gamma": 1 + 0.2 * numbers, "moving_variance": 1 + 0.5 * numbers}.get(name, 0.1 * numbers)

    def scores(network, factor):
        for layer in network.layers:
            # Normalization keeps the mean and variance of the data: 0 and 1.
            if not isinstance(layer, layers.Normalization):
                for weight in layer.weights:
                    name = "kernel" if weight.name.endswith("kernel") else weight.name
                    weight.assign(value(name, weight.shape))
        image = 0.5 + spread((1,) + network.input_shape[1:])
        return np.asarray(network(factor * image))[0].tolist()

    make = {"weights": None, "classes": 10, "classifier_activation": None}
    return {
        "xception": scores(keras.applications.Xception(input_shape=(71, 71, 3), **make), 1),
        # Keras's divides its input by 255.
        "efficientNetB0": scores(keras.applications.EfficientNetB0(input_shape=(64, 64, 3), **make), 255),
    }


for make in [lenet_training, summaries, tagger_training, architectures]:
    (HERE / f"{make.__name__}.json").write_text(json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n")
