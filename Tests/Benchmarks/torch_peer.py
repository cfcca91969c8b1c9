"""PyTorch on the course's workloads, for comparison with swiftlet-bench: torch_peer.py [--compile] [NAME ...]

A step is forward, loss, backward and optimizer on synthetic float32 data, unless the title says inference. One JSON object a line; the
value is the rate of the median step. Figures compare only within one run on one machine.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import SGD, Adam, RMSprop

from peer import THREADS, main, workload

IS_COMPILED = False


def maybe_compiled(model):
    return torch.compile(model) if IS_COMPILED else model


def training(layers, optimizer, loss_function, inputs, targets):
    model = maybe_compiled(layers)
    model.train()
    optimizer = optimizer(model.parameters())

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def adam(parameters):
    return Adam(parameters, 1e-3)


def labels(*shape, classes=10):
    return torch.randint(0, classes, shape)


# A recurrent layer's outputs, all of them or the last.
class AllSteps(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]


class LastStep(AllSteps):
    def forward(self, x):
        return self.layer(x)[0][:, -1]


@workload("quiz-2-2-2.b1", 1, "steps/s")
def tiny():
    layers = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 2), nn.Sigmoid())
    model, targets = layers, torch.tensor([[0.2, 0.8]])
    return training(
        model, lambda p: SGD(p, 0.4), lambda o, y: 0.5 * ((o - y) ** 2).sum(), torch.tensor([[0.2, 0.6]]), targets
    )


@workload("tanh(a*b+a).sum-1000x1000", 1, "evals/s")
def elementwise():
    a, b = torch.rand(1000, 1000), torch.rand(1000, 1000)
    return maybe_compiled(lambda: torch.tanh(a * b + a).sum())


@workload("matmul-1024", 2 * 1024**3 / 1e9, "GFLOP/s")
def gemm():
    a, b = torch.rand(1024, 1024), torch.rand(1024, 1024)
    return maybe_compiled(lambda: (a @ b)[0, 0])


@workload("mlp-784-512-256-10.b128", 128, "images/s")
def mlp():
    layers = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
    )
    return training(layers, adam, F.cross_entropy, torch.rand(128, 784), labels(128))


@workload("lenet5.b64", 64, "images/s")
def lenet():
    layers = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )
    return training(layers, lambda p: SGD(p, 0.01, momentum=0.9), F.cross_entropy, torch.rand(64, 1, 28, 28), labels(64))


@workload("cnn-93322.b64", 64, "images/s")
def slidecnn():
    layers = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )
    return training(layers, adam, F.cross_entropy, torch.rand(64, 1, 28, 28), labels(64))


class Block(nn.Module):
    """Two convolutions and a connection past them (He et al. 2016)."""

    def __init__(self, channels, filters, stride):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(),
            nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters),
        )
        self.shortcut = nn.Sequential()
        if stride != 1 or channels != filters:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        return F.relu(self.layers(x) + self.shortcut(x))


@workload("resnet20-32x32.b32", 32, "images/s")
def resnet():
    layers, channels = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for filters, stride in [(16, 1)] * 3 + [(32, 2), (32, 1), (32, 1)] + [(64, 2), (64, 1), (64, 1)]:
        layers.append(Block(channels, filters, stride))
        channels = filters
    layers = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
    return training(
        layers, lambda p: SGD(p, 0.1, momentum=0.9, weight_decay=1e-4), F.cross_entropy, torch.rand(32, 3, 32, 32),
        labels(32),
    )


class UNet(nn.Module):
    """Ronneberger et al. 2015, with two levels."""

    def __init__(self):
        super().__init__()

        def double(channels, filters):
            return nn.Sequential(
                nn.Conv2d(channels, filters, 3, 1, 1), nn.ReLU(), nn.Conv2d(filters, filters, 3, 1, 1), nn.ReLU()
            )

        self.down1, self.down2, self.middle = double(1, 32), double(32, 64), double(64, 128)
        self.up2, self.join2 = nn.ConvTranspose2d(128, 64, 2, 2), double(128, 64)
        self.up1, self.join1 = nn.ConvTranspose2d(64, 32, 2, 2), double(64, 32)
        self.output = nn.Conv2d(32, 1, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.middle(F.max_pool2d(b, 2))
        y = self.join2(torch.cat([self.up2(c), b], 1))
        return self.output(self.join1(torch.cat([self.up1(y), a], 1)))


@workload("unet-32-64-128.96x96.b4", 4, "images/s", seconds=6)
def unet():
    masks = labels(4, 1, 96, 96, classes=2).float()
    return training(UNet(), adam, F.binary_cross_entropy_with_logits, torch.rand(4, 1, 96, 96), masks)


@workload("vgg16-inference.b1", 1, "images/s", seconds=8, warm_up=2)
def vgg():
    layers, channels = [], 3
    for filters, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(count):
            layers += [nn.Conv2d(channels, filters, 3, 1, 1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    dense = [nn.Linear(25088, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]
    model = maybe_compiled(nn.Sequential(*layers, nn.Flatten(), *dense).eval())
    image = torch.rand(1, 3, 224, 224)

    def step():
        with torch.inference_mode():
            model(image)

    return step


@workload("lstm-806017.b64.t60", 64, "sequences/s")
def lstm():
    layers = nn.Sequential(
        AllSteps(nn.LSTM(1, 256, batch_first=True)), nn.Dropout(0.4), LastStep(nn.LSTM(256, 256, batch_first=True)),
        nn.Dropout(0.4), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 1),
    )
    return training(layers, adam, F.mse_loss, torch.rand(64, 60, 1), torch.rand(64, 1))


@workload("charrnn-128.b128.t100", 128, "sequences/s")
def charrnn():
    layers = nn.Sequential(AllSteps(nn.RNN(64, 128, batch_first=True)), nn.Linear(128, 64))
    text = F.one_hot(labels(128, 100, classes=64), 64).float()
    return training(
        layers, lambda p: RMSprop(p, 1e-2), lambda o, y: F.cross_entropy(o.reshape(-1, 64), y), text,
        labels(12800, classes=64),
    )


@workload("sentiment-lstm32.b32.t100", 32, "sequences/s")
def sentiment():
    layers = nn.Sequential(nn.Embedding(10000, 16), LastStep(nn.LSTM(16, 32, batch_first=True)), nn.Linear(32, 1))
    return training(
        layers, adam, F.binary_cross_entropy_with_logits, labels(32, 100, classes=10000),
        labels(32, 1, classes=2).float(),
    )


@workload("bilstm-tagger64.b32.t50", 32, "sequences/s")
def bilstm():
    layers = nn.Sequential(
        nn.Embedding(5000, 64), AllSteps(nn.LSTM(64, 64, batch_first=True, bidirectional=True)), nn.Linear(128, 20)
    )
    return training(
        layers, adam, lambda o, y: F.cross_entropy(o.reshape(-1, 20), y), labels(32, 50, classes=5000),
        labels(1600, classes=20),
    )


@workload("gru-128.b64.t60", 64, "sequences/s")
def gru():
    layers = nn.Sequential(LastStep(nn.GRU(8, 128, batch_first=True)), nn.Linear(128, 1))
    return training(layers, adam, F.mse_loss, torch.rand(64, 60, 8), torch.rand(64, 1))


@workload("autoencoder-784-1000-500-250-30.b128", 128, "images/s")
def autoencoder():
    sizes, layers = [784, 1000, 500, 250, 30, 250, 500, 1000, 784], []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    del layers[7]  # the code has no activation
    layers[-1] = nn.Sigmoid()
    images = torch.rand(128, 784)
    return training(nn.Sequential(*layers), adam, F.mse_loss, images, images)


class VAE(nn.Module):
    """Kingma and Welling 2014."""

    def __init__(self):
        super().__init__()
        self.encoder, self.mean, self.log_variance = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.decoder, self.output = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x):
        code = F.relu(self.encoder(x))
        mean, log_variance = self.mean(code), self.log_variance(code)
        sample = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return self.output(F.relu(self.decoder(sample))), mean, log_variance


@workload("vae-784-400-20.b128", 128, "images/s")
def vae():
    images = torch.rand(128, 784)

    def loss(outputs, images):
        logits, mean, log_variance = outputs
        reconstruction = F.binary_cross_entropy_with_logits(logits, images, reduction="sum") / 128
        return reconstruction - 0.5 * torch.sum(1 + log_variance - mean * mean - log_variance.exp()) / 128

    return training(VAE(), adam, loss, images, images)


@workload("dcgan-28.b64", 64, "images/s")
def dcgan():
    generator = maybe_compiled(nn.Sequential(
        nn.Linear(100, 128 * 49), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh(),
    ))
    discriminator = maybe_compiled(nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 128, 4, 2, 1), nn.BatchNorm2d(128), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(128 * 49, 1),
    ))
    generator_optimizer = Adam(generator.parameters(), 2e-4, (0.5, 0.999))
    discriminator_optimizer = Adam(discriminator.parameters(), 2e-4, (0.5, 0.999))
    images, real, fake, loss = torch.rand(64, 1, 28, 28) * 2 - 1, torch.ones(64, 1), torch.zeros(64, 1), F.binary_cross_entropy_with_logits

    def step():
        made = generator(torch.randn(64, 100))
        discriminator_optimizer.zero_grad(set_to_none=True)
        (loss(discriminator(images), real) + loss(discriminator(made.detach()), fake)).backward()
        discriminator_optimizer.step()
        generator_optimizer.zero_grad(set_to_none=True)
        generator_loss = loss(discriminator(made), real)
        generator_loss.backward()
        generator_optimizer.step()
        return generator_loss.detach()

    return step


@workload("rbm-784-500-cd1.b64", 64, "images/s")
def rbm():
    weights, visible_bias, hidden_bias = torch.randn(784, 500) * 0.01, torch.zeros(784), torch.zeros(500)
    visible = (torch.rand(64, 784) > 0.5).float()

    @torch.no_grad()
    def step():
        hidden = torch.sigmoid(visible @ weights + hidden_bias)
        sample = torch.bernoulli(hidden)
        reconstruction = torch.sigmoid(sample @ weights.T + visible_bias)
        hidden_again = torch.sigmoid(reconstruction @ weights + hidden_bias)
        weights.add_((visible.T @ hidden - reconstruction.T @ hidden_again) * (0.1 / 64))
        visible_bias.add_((visible - reconstruction).mean(0) * 0.1)
        hidden_bias.add_((hidden - hidden_again).mean(0) * 0.1)
        return ((visible - reconstruction) ** 2).mean()

    return maybe_compiled(step)


def begin(arguments):
    global IS_COMPILED
    IS_COMPILED = arguments.compile
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)


main(__doc__.splitlines()[0], lambda parser: parser.add_argument("--compile", action="store_true"), begin)
