"""Steps of a small DCGAN: what both players' losses, weights and moving averages are after each. AdversarialTrainingTests.swift has the same
networks."""
import torch
import torch.nn.functional as F

from cases import fixture, numbers, rounded

MOMENTUM, EPSILON = 0.9, 1e-3
# In the order and with the names of Swift's `namedParameters`; moving averages are none of the weights.
GENERATOR = {
    "dense.kernel": [4, 54], "batch_normalization.gamma": [6], "batch_normalization.beta": [6],
    "conv2d_transpose.kernel": [4, 4, 4, 6], "batch_normalization_1.gamma": [4], "batch_normalization_1.beta": [4],
    "conv2d_transpose_1.kernel": [4, 4, 1, 4], "conv2d_transpose_1.bias": [1],
}
DISCRIMINATOR = {
    "conv2d.kernel": [4, 4, 1, 5], "conv2d.bias": [5], "conv2d_1.kernel": [4, 4, 5, 6],
    "batch_normalization.gamma": [6], "batch_normalization.beta": [6], "dense.kernel": [54, 1], "dense.bias": [1],
}


def weights(shapes):
    """Spread as PyTorch's DCGAN example spreads them, only wider, so that no gradient is tiny."""
    start = {}
    for key, shape in shapes.items():
        values = torch.randn(shape, dtype=torch.float64).mul(16).round().div(64)
        start[key] = (values + 1 if key.endswith("gamma") else values).requires_grad_()
        if key.endswith("beta"):
            name = key.removesuffix("beta")
            start[name + "movingMean"] = torch.zeros(shape, dtype=torch.float64)
            start[name + "movingVariance"] = torch.ones(shape, dtype=torch.float64)
    return start


def normalized(x, p, name):
    """Batch normalization over all axes but the last, whose moving variance is that of the batch itself (PyTorch's own module divides
    by n - 1)."""
    variance, mean = torch.var_mean(x, list(range(x.dim() - 1)), unbiased=False)
    for key, value in [("movingMean", mean), ("movingVariance", variance)]:
        p[f"{name}.{key}"] = MOMENTUM * p[f"{name}.{key}"] + (1 - MOMENTUM) * value.detach()
    return (x - mean) / (variance + EPSILON).sqrt() * p[f"{name}.gamma"] + p[f"{name}.beta"]


def convolved(x, kernel, bias=None):
    return F.conv2d(x.movedim(-1, 1), kernel.permute(3, 2, 0, 1), bias, stride=2, padding=1).movedim(1, -1)


def transposed(x, kernel, bias=None):
    return F.conv_transpose2d(x.movedim(-1, 1), kernel.permute(3, 2, 0, 1), bias, stride=2, padding=1).movedim(1, -1)


def generated(noise, p):
    x = (noise @ p["dense.kernel"]).reshape(-1, 3, 3, 6)
    x = normalized(x, p, "batch_normalization").relu()
    x = normalized(transposed(x, p["conv2d_transpose.kernel"]), p, "batch_normalization_1").relu()
    return transposed(x, p["conv2d_transpose_1.kernel"], p["conv2d_transpose_1.bias"]).tanh()


def judged(images, p):
    x = F.leaky_relu(convolved(images, p["conv2d.kernel"], p["conv2d.bias"]), 0.2)
    x = F.leaky_relu(normalized(convolved(x, p["conv2d_1.kernel"]), p, "batch_normalization"), 0.2)
    return x.flatten(1) @ p["dense.kernel"] + p["dense.bias"]


def adversary_loss(logits, target):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def probes(p):
    """The sum of each tensor, and that weighted with cos 1, cos 2, …"""
    found = {}
    for key, value in p.items():
        value = value.detach().reshape(-1)
        cosines = torch.cos(torch.arange(1, value.numel() + 1, dtype=value.dtype))
        found[key] = [rounded(value.sum().item()), rounded((value * cosines).sum().item())]
    return found


@fixture
def adversarial_training():
    """Three steps: with one batch of generated images for both players, and with a new one for the generator."""
    runs = []
    for draws_anew in [False, True]:
        torch.manual_seed(31)
        generator, discriminator = weights(GENERATOR), weights(DISCRIMINATOR)
        short = lambda *shape: torch.randn(shape, dtype=torch.float64).mul(8).round().div(8)
        real, noise = short(3, 4, 12, 12, 1).tanh(), short(6, 4, 4)
        run = {
            "drawsAnew": draws_anew, "real": numbers(real), "noise": numbers(noise),
            "generator": {key: numbers(value) for key, value in generator.items()},
            "discriminator": {key: numbers(value) for key, value in discriminator.items()}, "steps": [],
        }
        adam = lambda p: torch.optim.Adam([v for v in p.values() if v.requires_grad], lr=2e-3, betas=(0.5, 0.999))
        g_optimizer, d_optimizer = adam(generator), adam(discriminator)
        for step in range(3):
            fake = generated(noise[2 * step], generator)
            d_optimizer.zero_grad()
            d_loss = adversary_loss(judged(real[step], discriminator), 1.0)
            d_loss = d_loss + adversary_loss(judged(fake.detach(), discriminator), 0.0)
            d_loss.backward()
            d_optimizer.step()
            g_optimizer.zero_grad()
            if draws_anew:
                fake = generated(noise[2 * step + 1], generator)
            g_loss = adversary_loss(judged(fake, discriminator), 1.0)
            g_loss.backward()
            g_optimizer.step()
            run["steps"].append({
                "discriminatorLoss": d_loss.item(), "generatorLoss": g_loss.item(),
                "generator": probes(generator), "discriminator": probes(discriminator),
            })
        runs.append(run)
    return runs
