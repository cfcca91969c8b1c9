"""What training is compared with: steps of PyTorch's and Keras's optimizers, and learning rates of their schedules."""
import numpy as np
import torch
from torch.optim import SGD, Adadelta, Adagrad, Adam, AdamW, LBFGS, NAdam, RMSprop

from cases import fixture, numbers

STEPS = 10


def digits(values):
    return [float(f"{v:.9g}") for v in values]


def problem():
    """Σ log cosh(A w − b): steep far away, flat nowhere; 13 weights, so that loops over vectors have a rest."""
    torch.manual_seed(7)
    a, b, start = torch.randn(20, 13), torch.randn(20), torch.randn(13)
    a, b, start = (t.mul(8).round().div(8).double() for t in (a, b, start))
    return a, b, start


def torch_steps(make, clip=None):
    a, b, start = problem()
    w = start.clone().requires_grad_()
    optimizer = make([w])

    def loss():
        optimizer.zero_grad()
        value = (a @ w - b).cosh().log().sum()
        value.backward()
        if clip:
            clip([w])
        return value

    trace = []
    for _ in range(STEPS):
        optimizer.step(loss)
        trace.append(digits(w.tolist()))
    return trace


def keras_steps(make):
    """The same with an optimizer of Keras, which computes in single precision."""
    import keras

    a, b, start = problem()
    w = keras.Variable(start.numpy(), dtype="float32")
    optimizer = make(keras.optimizers)
    trace = []
    for _ in range(STEPS):
        leaf = torch.tensor(np.array(keras.ops.convert_to_numpy(w)), dtype=torch.float64, requires_grad=True)
        (a @ leaf - b).cosh().log().sum().backward()
        optimizer.apply([keras.ops.convert_to_tensor(leaf.grad.float())], [w])
        trace.append(digits(keras.ops.convert_to_numpy(w).tolist()))
    return trace


@fixture
def optimizer_problem():
    return [numbers(t) for t in problem()]


@fixture
def optimizers():
    """Ten steps of each optimizer from the same weights: the weights after every step."""
    makers = {
        "sgd": lambda w: SGD(w, lr=0.01),
        "momentum": lambda w: SGD(w, lr=0.01, momentum=0.9),
        "nesterov": lambda w: SGD(w, lr=0.01, momentum=0.9, nesterov=True),
        "sgd decay": lambda w: SGD(w, lr=0.01, momentum=0.9, weight_decay=0.1),
        "adam": lambda w: Adam(w, lr=0.05),
        "adam betas": lambda w: Adam(w, lr=0.05, betas=(0.5, 0.9), eps=1e-3),
        "adam decay": lambda w: Adam(w, lr=0.05, weight_decay=0.1),
        "amsgrad": lambda w: Adam(w, lr=0.05, betas=(0.9, 0.5), amsgrad=True),
        "adamW": lambda w: AdamW(w, lr=0.05, weight_decay=0.1),
        "adamW amsgrad": lambda w: AdamW(w, lr=0.05, weight_decay=0.1, betas=(0.9, 0.5), amsgrad=True),
        "nadam": lambda w: NAdam(w, lr=0.05),
        "nadam options": lambda w: NAdam(w, lr=0.05, betas=(0.8, 0.9), weight_decay=0.1, momentum_decay=0.02),
        "rmsProp": lambda w: RMSprop(w, lr=0.02, alpha=0.9),
        "rmsProp momentum": lambda w: RMSprop(w, lr=0.01, alpha=0.99, momentum=0.9, weight_decay=0.1),
        "rmsProp centered": lambda w: RMSprop(w, lr=0.01, alpha=0.9, centered=True),
        "rmsProp both": lambda w: RMSprop(w, lr=0.01, alpha=0.9, centered=True, momentum=0.5, eps=1e-4),
        "adaGrad": lambda w: Adagrad(w, lr=0.1),
        "adaGrad options": lambda w: Adagrad(w, lr=0.1, initial_accumulator_value=0.1, weight_decay=0.1, eps=1e-7),
        "adaDelta": lambda w: Adadelta(w),
        "adaDelta options": lambda w: Adadelta(w, lr=2.0, rho=0.95, eps=1e-4, weight_decay=0.1),
        "lbfgs": lambda w: LBFGS(w, max_iter=1, max_eval=100, line_search_fn="strong_wolfe"),
        "lbfgs far": lambda w: LBFGS(w, lr=8, max_iter=1, max_eval=100, history_size=3, line_search_fn="strong_wolfe"),
        "lbfgs steps": lambda w: LBFGS(w, lr=0.1, max_iter=3),
    }
    runs = {name: torch_steps(make) for name, make in makers.items()}
    runs["clipped by value"] = torch_steps(makers["momentum"], lambda w: torch.nn.utils.clip_grad_value_(w, 0.5))
    runs["clipped by norm"] = torch_steps(makers["momentum"], lambda w: torch.nn.utils.clip_grad_norm_(w, 2.0))
    runs["lbfgs clipped"] = torch_steps(makers["lbfgs"], lambda w: torch.nn.utils.clip_grad_norm_(w, 2.0))
    runs["lbfgs steps clipped"] = torch_steps(makers["lbfgs steps"], lambda w: torch.nn.utils.clip_grad_value_(w, 0.5))
    runs["keras momentum"] = keras_steps(lambda o: o.SGD(0.01, momentum=0.9))
    runs["keras nadam"] = keras_steps(lambda o: o.Nadam(0.05, epsilon=1e-8))
    runs["keras adaGrad"] = keras_steps(lambda o: o.Adagrad(0.1, initial_accumulator_value=0.1, epsilon=1e-10))
    runs["keras adaDelta"] = keras_steps(lambda o: o.Adadelta(1.0, rho=0.9, epsilon=1e-6))
    runs["keras amsgrad"] = keras_steps(lambda o: o.Adam(0.05, beta_2=0.5, epsilon=1e-8, amsgrad=True))
    runs["keras clipped"] = keras_steps(lambda o: o.SGD(0.01, momentum=0.9, global_clipnorm=2.0))
    return [{"name": name, "steps": steps} for name, steps in runs.items()]


def torch_rates(make, steps=20):
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return digits(rates)


@fixture
def schedules():
    """The learning rates of the first steps."""
    s = torch.optim.lr_scheduler
    makers = {
        "step": lambda o: s.StepLR(o, 4, gamma=0.5),
        "piecewise": lambda o: s.MultiStepLR(o, [3, 9], gamma=0.1),
        "exponential": lambda o: s.ExponentialLR(o, 0.9),
        "cosine": lambda o: s.CosineAnnealingLR(o, 30, eta_min=0.01),
        "cosineRestarts": lambda o: s.CosineAnnealingWarmRestarts(o, 4, T_mult=2, eta_min=0.01),
        "polynomial": lambda o: s.PolynomialLR(o, 15, power=2),
        "oneCycle": lambda o: s.OneCycleLR(o, 0.1, total_steps=21),
        "warmedUp": lambda o: s.SequentialLR(
            o, [s.LinearLR(o, 1 / 5, total_iters=4), s.ExponentialLR(o, 0.9)], milestones=[5]),
    }
    rates = {name: torch_rates(make) for name, make in makers.items()}

    import keras

    k = keras.optimizers.schedules
    for name, schedule in {
        "keras exponential": k.ExponentialDecay(0.1, 4, 0.5), "keras staircase": k.ExponentialDecay(0.1, 4, 0.5, staircase=True),
        "keras inverseTime": k.InverseTimeDecay(0.1, 4, 0.5),
    }.items():
        rates[name] = digits([float(schedule(step)) for step in range(20)])
    return [{"name": name, "rates": values} for name, values in rates.items()]
