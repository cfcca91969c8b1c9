"""Keras on TensorFlow on the course's workloads: arguments and output as in torch_peer.py. Those that are no networks are left out."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf
from keras import Input, Model, Sequential, ops
from keras.layers import (
    LSTM, GRU, Activation, Add, AveragePooling2D, BatchNormalization, Bidirectional, Concatenate, Conv2D, Conv2DTranspose,
    Dense, Dropout, Embedding, Flatten, GlobalAveragePooling2D, LeakyReLU, MaxPooling2D, ReLU, Reshape, SimpleRNN,
)
from keras.losses import BinaryCrossentropy, SparseCategoricalCrossentropy
from keras.optimizers import SGD, Adam, RMSprop

from peer import THREADS, main, workload

CROSS_ENTROPY = SparseCategoricalCrossentropy(from_logits=True)
BINARY_CROSS_ENTROPY = BinaryCrossentropy(from_logits=True)


def training(model, optimizer, loss, inputs, targets):
    model.compile(optimizer=optimizer, loss=loss)
    inputs, targets = tf.constant(inputs), tf.constant(targets)
    return lambda: model.train_on_batch(inputs, targets)


def uniform(*shape):
    return np.random.rand(*shape).astype("float32")


def labels(*shape, classes=10):
    return np.random.randint(0, classes, shape)


@workload("quiz-2-2-2.b1", 1, "steps/s")
def tiny():
    model = Sequential([Input((2,)), Dense(2, "sigmoid"), Dense(2, "sigmoid")])
    loss = lambda y, o: 0.5 * ops.sum((o - y) ** 2)  # noqa: E731
    return training(model, SGD(0.4), loss, np.float32([[0.2, 0.6]]), np.float32([[0.2, 0.8]]))


@workload("mlp-784-512-256-10.b128", 128, "images/s")
def mlp():
    model = Sequential([Input((784,)), Dense(512, "relu"), Dropout(0.2), Dense(256, "relu"), Dense(10)])
    return training(model, Adam(1e-3), CROSS_ENTROPY, uniform(128, 784), labels(128))


@workload("lenet5.b64", 64, "images/s")
def lenet():
    model = Sequential([
        Input((28, 28, 1)), Conv2D(6, 5, padding="same", activation="tanh"), AveragePooling2D(2),
        Conv2D(16, 5, activation="tanh"), AveragePooling2D(2),
        Flatten(), Dense(120, "tanh"), Dense(84, "tanh"), Dense(10),
    ])
    return training(model, SGD(0.01, 0.9), CROSS_ENTROPY, uniform(64, 28, 28, 1), labels(64))


@workload("cnn-93322.b64", 64, "images/s")
def slidecnn():
    model = Sequential([
        Input((28, 28, 1)), Conv2D(32, 3, activation="relu"), MaxPooling2D(2), Conv2D(64, 3, activation="relu"),
        MaxPooling2D(2), Conv2D(64, 3, activation="relu"), Flatten(), Dense(64, "relu"), Dense(10),
    ])
    return training(model, Adam(1e-3), CROSS_ENTROPY, uniform(64, 28, 28, 1), labels(64))


@workload("resnet20-32x32.b32", 32, "images/s")
def resnet():
    def convolved(x, filters, kernel=3, stride=1):
        return BatchNormalization()(Conv2D(filters, kernel, stride, padding="same", use_bias=False)(x))

    inputs = Input((32, 32, 3))
    x, channels = ReLU()(convolved(inputs, 16)), 16
    for filters, stride in [(16, 1)] * 3 + [(32, 2), (32, 1), (32, 1)] + [(64, 2), (64, 1), (64, 1)]:
        shortcut = x if channels == filters else convolved(x, filters, 1, stride)
        x = convolved(ReLU()(convolved(x, filters, 3, stride)), filters)
        x, channels = ReLU()(Add()([x, shortcut])), filters
    model = Model(inputs, Dense(10)(GlobalAveragePooling2D()(x)))
    return training(model, SGD(0.1, 0.9, weight_decay=1e-4), CROSS_ENTROPY, uniform(32, 32, 32, 3), labels(32))


@workload("unet-32-64-128.96x96.b4", 4, "images/s", seconds=6)
def unet():
    def double(x, filters):
        for _ in range(2):
            x = Conv2D(filters, 3, padding="same", activation="relu")(x)
        return x

    inputs = Input((96, 96, 1))
    a = double(inputs, 32)
    b = double(MaxPooling2D(2)(a), 64)
    c = double(MaxPooling2D(2)(b), 128)
    y = double(Concatenate()([Conv2DTranspose(64, 2, 2)(c), b]), 64)
    y = double(Concatenate()([Conv2DTranspose(32, 2, 2)(y), a]), 32)
    masks = labels(4, 96, 96, 1, classes=2).astype("float32")
    return training(Model(inputs, Conv2D(1, 1)(y)), Adam(1e-3), BINARY_CROSS_ENTROPY, uniform(4, 96, 96, 1), masks)


@workload("vgg16-inference.b1", 1, "images/s", seconds=8, warm_up=2)
def vgg():
    layers = [Input((224, 224, 3))]
    for filters, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        layers += [Conv2D(filters, 3, padding="same", activation="relu") for _ in range(count)] + [MaxPooling2D(2)]
    model = Sequential(layers + [Flatten(), Dense(4096, "relu"), Dense(4096, "relu"), Dense(1000)])
    image = tf.constant(uniform(1, 224, 224, 3))

    def step():
        model.predict_on_batch(image)

    return step


@workload("lstm-806017.b64.t60", 64, "sequences/s")
def lstm():
    model = Sequential([
        Input((60, 1)), LSTM(256, return_sequences=True), Dropout(0.4), LSTM(256), Dropout(0.4), Dense(64, "relu"), Dense(1),
    ])
    return training(model, Adam(1e-3), "mse", uniform(64, 60, 1), uniform(64, 1))


@workload("charrnn-128.b128.t100", 128, "sequences/s")
def charrnn():
    model = Sequential([Input((100, 64)), SimpleRNN(128, return_sequences=True), Dense(64)])
    text = np.eye(64, dtype="float32")[labels(128, 100, classes=64)]
    return training(model, RMSprop(1e-2, rho=0.99), CROSS_ENTROPY, text, labels(128, 100, classes=64))


@workload("sentiment-lstm32.b32.t100", 32, "sequences/s")
def sentiment():
    model = Sequential([Input((100,)), Embedding(10000, 16), LSTM(32), Dense(1)])
    answers = labels(32, 1, classes=2).astype("float32")
    return training(model, Adam(1e-3), BINARY_CROSS_ENTROPY, labels(32, 100, classes=10000), answers)


@workload("bilstm-tagger64.b32.t50", 32, "sequences/s")
def bilstm():
    model = Sequential([Input((50,)), Embedding(5000, 64), Bidirectional(LSTM(64, return_sequences=True)), Dense(20)])
    return training(model, Adam(1e-3), CROSS_ENTROPY, labels(32, 50, classes=5000), labels(32, 50, classes=20))


@workload("gru-128.b64.t60", 64, "sequences/s")
def gru():
    model = Sequential([Input((60, 8)), GRU(128), Dense(1)])
    return training(model, Adam(1e-3), "mse", uniform(64, 60, 8), uniform(64, 1))


@workload("autoencoder-784-1000-500-250-30.b128", 128, "images/s")
def autoencoder():
    coder = [Dense(1000, "relu"), Dense(500, "relu"), Dense(250, "relu"), Dense(30)]
    decoder = [Dense(250, "relu"), Dense(500, "relu"), Dense(1000, "relu"), Dense(784, "sigmoid")]
    images = uniform(128, 784)
    return training(Sequential([Input((784,)), *coder, *decoder]), Adam(1e-3), "mse", images, images)


@workload("vae-784-400-20.b128", 128, "images/s")
def vae():
    class VAE(Model):
        def __init__(self):
            super().__init__()
            self.encoder = Dense(400, "relu")
            self.mean, self.log_variance = Dense(20), Dense(20)
            self.decoder = Sequential([Dense(400, "relu"), Dense(784)])

        def call(self, x):
            code = self.encoder(x)
            mean, log_variance = self.mean(code), self.log_variance(code)
            sample = mean + keras.random.normal(ops.shape(mean)) * ops.exp(0.5 * log_variance)
            self.add_loss(-0.5 * ops.sum(1 + log_variance - mean * mean - ops.exp(log_variance)) / 128)
            return self.decoder(sample)

    images = uniform(128, 784)
    return training(VAE(), Adam(1e-3), lambda x, logits: 784 * BINARY_CROSS_ENTROPY(x, logits), images, images)


@workload("dcgan-28.b64", 64, "images/s")
def dcgan():
    generator = Sequential([
        Input((100,)), Dense(128 * 49), Reshape((7, 7, 128)), BatchNormalization(), ReLU(),
        Conv2DTranspose(64, 4, 2, padding="same"), BatchNormalization(), ReLU(),
        Conv2DTranspose(1, 4, 2, padding="same"), Activation("tanh"),
    ])
    discriminator = Sequential([
        Input((28, 28, 1)), Conv2D(64, 4, 2, padding="same"), LeakyReLU(0.2), Conv2D(128, 4, 2, padding="same"),
        BatchNormalization(), LeakyReLU(0.2), Flatten(), Dense(1),
    ])
    generator_optimizer, discriminator_optimizer = Adam(2e-4, 0.5), Adam(2e-4, 0.5)
    generator_optimizer.build(generator.trainable_variables)
    discriminator_optimizer.build(discriminator.trainable_variables)
    images = tf.constant(uniform(64, 28, 28, 1) * 2 - 1)
    real, fake = tf.ones((64, 1)), tf.zeros((64, 1))

    @tf.function
    def step():
        with tf.GradientTape(persistent=True) as tape:
            made = generator(tf.random.normal((64, 100)), training=True)
            judged = discriminator(tf.stop_gradient(made), training=True)
            loss = BINARY_CROSS_ENTROPY(real, discriminator(images, training=True)) + BINARY_CROSS_ENTROPY(fake, judged)
        variables = discriminator.trainable_variables
        discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
        with tape:
            generator_loss = BINARY_CROSS_ENTROPY(real, discriminator(made, training=True))
        variables = generator.trainable_variables
        generator_optimizer.apply(tape.gradient(generator_loss, variables), variables)
        return generator_loss

    return lambda: step().numpy()


def begin(arguments):
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)


main(__doc__.splitlines()[0], begin=begin)
