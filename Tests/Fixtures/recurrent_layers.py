"""Recurrent layers: PyTorch's modules, Keras's layers where those have no such variant, and the equations where neither has."""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import torch
import torch.nn.functional as F
from torch.func import functional_call

from cases import fixture, layer, short


def torch_weights(kernel, recurrent, bias, recurrent_bias, order):
    """This project's weights (Keras's layout) as PyTorch's, whose gates come in another order and whose matrices are transposed."""
    def gates(value):
        gate = torch.cat([value.chunk(len(order), -1)[g] for g in order], -1)
        return gate.T if gate.dim() == 2 else gate
    return [gates(kernel), gates(recurrent), gates(bias), gates(recurrent_bias)]


def recurrence(kernel, recurrent, bias, recurrent_bias=None, order=(0,), suffixes=("_l0",)):
    """A function of x that runs PyTorch's module with these weights."""
    names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    recurrent_bias = torch.zeros_like(bias) if recurrent_bias is None else recurrent_bias
    values = torch_weights(kernel, recurrent, bias, recurrent_bias, order)
    return {name + suffix: value for suffix in suffixes for name, value in zip(names, values)}


def run(module, x, weights, state=None):
    return functional_call(module.double(), weights, (x, state) if state is not None else (x,))


def weights(features, units, gates, bias_rows=None):
    shape = (gates * units,) if bias_rows is None else (bias_rows, gates * units)
    return {"kernel": short(features, gates * units), "recurrentKernel": short(units, gates * units), "bias": short(*shape)}


LSTM, GRU = (0, 1, 2, 3), (1, 0, 2)


def steps(step, x, *state, mask=None):
    """The first tensor of the state after every step: step(x_t, *state) answers with the next state, which a mask may refuse."""
    outputs = []
    for t in range(x.shape[1]):
        after = step(x[:, t], *state)
        state = after if mask is None else [torch.where(mask[:, t, None], new, old) for new, old in zip(after, state)]
        outputs.append(state[0])
    return torch.stack(outputs, 1)


def simple(x, kernel, recurrentKernel, bias=0, activation=torch.tanh):
    return steps(lambda x, h: [activation(x @ kernel + h @ recurrentKernel + bias)], x, x.new_zeros(len(x), len(recurrentKernel)))


def lstm(x, kernel, recurrentKernel, bias, peepholes=(0, 0, 0), activation=torch.tanh, mask=None):
    """With the peepholes of Gers and Schmidhuber (2000)."""
    def step(x, h, c):
        i, f, g, o = (x @ kernel + h @ recurrentKernel + bias).chunk(4, 1)
        i, f = torch.sigmoid(i + peepholes[0] * c), torch.sigmoid(f + peepholes[1] * c)
        c = f * c + i * activation(g)
        return torch.sigmoid(o + peepholes[2] * c) * activation(c), c
    zero = x.new_zeros(len(x), len(recurrentKernel))
    return steps(step, x, zero, zero, mask=mask)


def gru(x, kernel, recurrentKernel, bias=None, reset_after=True, mask=None):
    inner, outer = (0, 0) if bias is None else (bias[0], bias[1]) if reset_after else (bias, 0)
    def step(x, h):
        xz, xr, xn = (x @ kernel + inner).chunk(3, 1)
        uz, ur, un = recurrentKernel.chunk(3, 1)
        bz, br, bn = outer.chunk(3) if torch.is_tensor(outer) else (0, 0, 0)
        z, r = torch.sigmoid(xz + h @ uz + bz), torch.sigmoid(xr + h @ ur + br)
        n = torch.tanh(xn + (r * (h @ un + bn) if reset_after else (r * h) @ un))
        return [z * h + (1 - z) * n]
    return steps(step, x, x.new_zeros(len(x), len(recurrentKernel)), mask=mask)


def conv_lstm(x, kernel, recurrentKernel, bias, peepholes=(0, 0, 0)):
    """Shi et al. (2015), eq. 3, on films with their channels last."""
    def conv(image, filters):
        return F.conv2d(image.permute(0, 3, 1, 2), filters.permute(3, 2, 0, 1), padding="same").permute(0, 2, 3, 1)
    def step(x, h, c):
        i, f, g, o = (conv(x, kernel) + conv(h, recurrentKernel) + bias).chunk(4, 3)
        i, f = torch.sigmoid(i + peepholes[0] * c), torch.sigmoid(f + peepholes[1] * c)
        c = f * c + i * torch.tanh(g)
        return torch.sigmoid(o + peepholes[2] * c) * torch.tanh(c), c
    zero = x.new_zeros(len(x), *x.shape[2:4], recurrentKernel.shape[2])
    return steps(step, x, zero, zero)


def as_keras(made, function, mask=None):
    """The function, which is differentiable in double precision, once it has been found to agree with Keras's layer (which is not)."""
    def checked(x, **weights):
        made.build(tuple(x.shape))
        ours = function(x, **weights)
        made.set_weights([value.detach().numpy() for value in weights.values()])
        theirs = made(x.detach().float(), **({} if mask is None else {"mask": mask}))
        assert torch.allclose(ours.detach().float(), theirs.detach(), atol=1e-5), made
        return ours
    return checked


@fixture
def recurrent_layers():
    torch.manual_seed(23)
    cases = []
    x = short(2, 4, 3)

    rnn = lambda **options: torch.nn.RNN(3, 2, batch_first=True, **options)
    for name, module in [("simple", rnn()), ("simple relu", rnn(nonlinearity="relu"))]:
        cases.append(layer(name, lambda x, kernel, recurrentKernel, bias: run(
            module, x, recurrence(kernel, recurrentKernel, bias))[0], [x], weights(3, 2, 1), smooth="relu" not in name))
    sequences = {"return_sequences": True}
    sigmoid = as_keras(
        keras.layers.SimpleRNN(2, activation="sigmoid"), lambda x, **w: simple(x, **w, activation=torch.sigmoid)[:, -1])
    cases.append(layer("simple sigmoid, last", sigmoid, [x], weights(3, 2, 1)))
    linear = as_keras(
        keras.layers.SimpleRNN(2, activation=None, use_bias=False, **sequences),
        lambda x, **w: simple(x, **w, activation=lambda z: z))
    without_bias = lambda parameters: {k: v for k, v in parameters.items() if k != "bias"}
    cases.append(layer("simple linear", linear, [x], without_bias(weights(3, 2, 1))))
    softplus = as_keras(
        keras.layers.SimpleRNN(2, activation="softplus", **sequences),
        lambda x, **w: simple(x, **w, activation=F.softplus))
    cases.append(layer("simple softplus", softplus, [x], weights(3, 2, 1)))

    # 17 units: more than a vector and a panel, in every kernel.
    lstm_run = lambda x, kernel, recurrentKernel, bias, state=None: run(
        torch.nn.LSTM(3, len(recurrentKernel), batch_first=True), x, recurrence(kernel, recurrentKernel, bias, order=LSTM), state)
    cases.append(layer("lstm", lambda x, **w: lstm_run(x, **w)[0], [x], weights(3, 3, 4)))
    cases.append(layer("lstm wide", lambda x, **w: lstm_run(x, **w)[0], [short(7, 2, 3)], weights(3, 17, 4), twice=False))
    cases.append(layer("lstm last", lambda x, **w: lstm_run(x, **w)[0][:, -1], [x], weights(3, 3, 4)))
    cases.append(layer("lstm backwards", lambda x, **w: lstm_run(x.flip(1), **w)[0], [x], weights(3, 3, 4)))
    cases.append(layer("lstm backwards last", lambda x, **w: lstm_run(x.flip(1), **w)[0][:, -1], [x], weights(3, 3, 4)))

    def with_state(x, h, c, **w):
        output, (h, c) = lstm_run(x, **w, state=(h[None], c[None]))
        return output + h[0][:, None] + 2 * c[0][:, None]
    cases.append(layer("lstm states", with_state, [x, short(2, 3), short(2, 3)], weights(3, 3, 4)))

    def lengths(x, *, reverse=False, **w):
        packed = [lstm_run((row[:n].flip(0) if reverse else row[:n])[None], **w)[0][0] for row, n in zip(x, [4, 2, 1])]
        packed = [p.flip(0) if reverse else p for p in packed]
        # The output of a step that is left out is the state as it is.
        fill = lambda p: torch.zeros_like(p[-1:]) if reverse else p[-1:]
        return torch.stack([torch.cat([p, fill(p).expand(4 - len(p), -1)]) for p in packed])
    cases.append(layer("lstm lengths", lengths, [short(3, 4, 3)], weights(3, 3, 4)))
    cases.append(layer("lstm lengths reversed", lambda x, **w: lengths(x, reverse=True, **w)[:, 0], [short(3, 4, 3)], weights(3, 3, 4)))
    mask = torch.tensor([[1, 0, 1, 1], [1, 1, 0, 0]], dtype=torch.bool)
    masked = as_keras(keras.layers.LSTM(3, **sequences), lambda x, **w: lstm(x, **w, mask=mask), mask)
    cases.append(layer("lstm mask", masked, [x], weights(3, 3, 4)))
    seeing = lambda: weights(3, 3, 4) | {"peepholes": short(3, 3)}
    cases.append(layer("lstm peepholes", lstm, [x], seeing()))
    cases.append(layer("lstm peepholes backwards", lambda x, **w: lstm(x.flip(1), **w), [x], seeing()))
    softsign = as_keras(
        keras.layers.LSTM(3, activation="softsign", **sequences),
        lambda x, **w: lstm(x, **w, activation=F.softsign))
    cases.append(layer("lstm softsign", softsign, [x], weights(3, 3, 4)))

    gru_run = lambda x, kernel, recurrentKernel, bias, state=None: run(
        torch.nn.GRU(3, len(recurrentKernel), batch_first=True), x, recurrence(kernel, recurrentKernel, bias[0], bias[1], order=GRU), state)
    cases.append(layer("gru", lambda x, **w: gru_run(x, **w)[0], [x], weights(3, 3, 3, 2)))
    cases.append(layer("gru wide", lambda x, **w: gru_run(x, **w)[0], [short(7, 2, 3)], weights(3, 17, 3, 2), twice=False))
    cases.append(layer("gru last", lambda x, **w: gru_run(x, **w)[0][:, -1], [x], weights(3, 3, 3, 2)))
    cases.append(layer("gru backwards", lambda x, **w: gru_run(x.flip(1), **w)[0], [x], weights(3, 3, 3, 2)))
    masked = as_keras(keras.layers.GRU(3, **sequences), lambda x, **w: gru(x, **w, mask=mask), mask)
    cases.append(layer("gru mask", masked, [x], weights(3, 3, 3, 2)))
    first = as_keras(keras.layers.GRU(3, reset_after=False, **sequences), lambda x, **w: gru(x, **w, reset_after=False))
    cases.append(layer("gru resetting first", first, [x], weights(3, 3, 3)))
    bare = as_keras(keras.layers.GRU(3, use_bias=False, **sequences), gru)
    cases.append(layer("gru without bias", bare, [x], without_bias(weights(3, 3, 3))))

    def both(x, merge, **w):
        one = {k.removeprefix("forward_"): v for k, v in w.items() if k.startswith("forward")}
        two = {k.removeprefix("backward_"): v for k, v in w.items() if k.startswith("backward")}
        module = torch.nn.LSTM(3, 2, batch_first=True, bidirectional=True)
        named = recurrence(**{"kernel": one["kernel"], "recurrent": one["recurrentKernel"], "bias": one["bias"]}, order=LSTM) | recurrence(
            **{"kernel": two["kernel"], "recurrent": two["recurrentKernel"], "bias": two["bias"]}, order=LSTM, suffixes=("_l0_reverse",))
        output = run(module, x, named)[0]
        return output if merge == "concatenate" else output[..., :2] + output[..., 2:]
    directions = lambda: {f"{d}.{k}": v for d in ["forward", "backward"] for k, v in weights(3, 2, 4).items()}
    cases.append(layer("bidirectional", lambda x, **w: both(x, "concatenate", **w), [x], directions()))
    cases.append(layer("bidirectional sum", lambda x, **w: both(x, "sum", **w), [x], directions()))
    last = lambda y: torch.cat([y[:, -1, :2], y[:, 0, 2:]], 1)
    cases.append(layer("bidirectional last", lambda x, **w: last(both(x, "concatenate", **w)), [x], directions()))

    film = short(2, 3, 3, 4, 2)
    filters = lambda: {"kernel": short(3, 3, 2, 8), "recurrentKernel": short(3, 3, 2, 8), "bias": short(8)}
    keras_film = as_keras(keras.layers.ConvLSTM2D(2, 3, padding="same", **sequences), conv_lstm)
    cases.append(layer("conv lstm", keras_film, [film], filters(), twice=False))
    cases.append(layer("conv lstm peepholes, last", lambda x, **w: conv_lstm(x, **w)[:, -1], [film],
        filters() | {"peepholes": short(3, 3, 4, 2)}, twice=False))
    return cases
