"""Keras on TensorFlow on the course's workloads: arguments and output as in torch_peer.py."""

import json
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
from tensorflow.keras import Input, Sequential
from tensorflow.keras.layers import AveragePooling2D, Conv2D, Dense, Dropout, Flatten, MaxPooling2D


def measure(name, model, optimizer, seconds=4.0, warm_up=5, batch=64):
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy")
    inputs = tf.constant(np.random.rand(batch, *model.input_shape[1:]).astype("float32"))
    labels = tf.constant(np.random.randint(0, 10, batch))
    for _ in range(warm_up):
        model.train_on_batch(inputs, labels)
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        began = time.perf_counter()
        model.train_on_batch(inputs, labels)
        times.append(time.perf_counter() - began)
    middle = statistics.median(times)
    print(json.dumps({"name": name, "unit": "images/s", "value": round(batch / middle, 2), "ms_per_step": round(middle * 1e3, 4)}), flush=True)


def mlp():
    model = Sequential(
        [Input((784,)), Dense(512, "relu"), Dropout(0.2), Dense(256, "relu"), Dense(10, "softmax")]
    )
    measure("mlp-784-512-256-10.b128", model, "adam", batch=128)


def lenet():
    model = Sequential([
        Input((28, 28, 1)), Conv2D(6, 5, padding="same", activation="tanh"), AveragePooling2D(2),
        Conv2D(16, 5, activation="tanh"), AveragePooling2D(2),
        Flatten(), Dense(120, "tanh"), Dense(84, "tanh"), Dense(10, "softmax"),
    ])
    measure("lenet5.b64", model, tf.keras.optimizers.SGD(0.01, 0.9))


def slidecnn():
    model = Sequential([
        Input((28, 28, 1)), Conv2D(32, 3, activation="relu"), MaxPooling2D(2), Conv2D(64, 3, activation="relu"),
        MaxPooling2D(2), Conv2D(64, 3, activation="relu"), Flatten(), Dense(64, "relu"), Dense(10, "softmax"),
    ])
    measure("cnn-93322.b64", model, "adam")


tf.config.threading.set_intra_op_parallelism_threads(os.cpu_count())
tf.config.threading.set_inter_op_parallelism_threads(os.cpu_count())
for workload in (lenet, slidecnn, mlp):
    if len(sys.argv) == 1 or workload.__name__ in sys.argv[1:]:
        workload()
