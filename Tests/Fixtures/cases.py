"""What the scripts of this folder share: the list of fixtures, and how a case is written."""
import math

import torch

FIXTURES = []


def fixture(function):
    FIXTURES.append(function)
    return function


def numbers(tensor, exact=False):
    """A tensor as {"shape", "values"}, with its "dtype" unless that is float64. What JSON cannot say (nan, inf) becomes text."""
    values = [v if math.isfinite(v) else str(v) for v in tensor.detach().reshape(-1).tolist()]
    dtype = str(tensor.dtype).removeprefix("torch.")
    return {"shape": list(tensor.shape), "values": values if exact else [rounded(v) for v in values]} | (
        {} if dtype == "float64" else {"dtype": dtype})


def rounded(value):
    """Fourteen digits: enough for every comparison, and a shorter file."""
    return float(f"{value:.14g}") if isinstance(value, float) and abs(value) < 1e14 else value


def operation(name, function, *inputs, twice=True):
    """Like case, with "second": the gradients of the sum of the squared gradients. 
    Integer results have no gradients; twice is False where there are no second ones, None where there are none at all."""
    leaves = [i.clone().requires_grad_() if i.is_floating_point() else i for i in inputs]
    output = function(*leaves)
    entry = {"name": name, "inputs": [numbers(i) for i in inputs], "output": numbers(output)}
    real = [i for i in leaves if i.is_floating_point()]
    if twice is None or not output.is_floating_point() or not output.requires_grad:
        return entry
    weights = torch.cos(torch.arange(1, output.numel() + 1, dtype=output.dtype)).reshape(output.shape)
    gradients = torch.autograd.grad((output * weights).sum(), real, create_graph=twice)
    entry["gradients"] = [numbers(torch.zeros_like(i) + g) for g, i in zip(gradients, real)]
    if twice:
        slope = sum(g.square().sum() for g in gradients)
        second = torch.autograd.grad(slope, real, allow_unused=True) if slope.requires_grad else [None] * len(real)
        entry["second"] = [numbers(torch.zeros_like(i) + (0 if g is None else g)) for g, i in zip(second, real)]
    return entry


def case(name, function, *inputs):
    """The value of a function, and the gradients of its sum weighted with cos 1, cos 2, …"""
    leaves = [i.clone().requires_grad_() for i in inputs]
    output = function(*leaves)
    weights = torch.cos(torch.arange(1, output.numel() + 1, dtype=output.dtype)).reshape(output.shape)
    gradients = torch.autograd.grad((output * weights).sum(), leaves)
    return {
        "name": name,
        "inputs": [numbers(i) for i in inputs],
        "output": numbers(output),
        "gradients": [numbers(g) for g in gradients],
    }


def layer_case(name, function, *inputs, **options):
    return {"options": options, "fixture": case(name, function, *inputs)}


def short(*shape):
    """Random numbers of two digits, which are exact in the file."""
    return (torch.randn(shape, dtype=torch.float64) * 100).round() / 100


def layer(name, function, inputs, parameters={}, *, constants={}, twice=True, smooth=True, training=False):
    """A layer: function(*inputs, **parameters, **constants), its output and the gradients of that weighted with cos 1, cos 2, …

    Parameters are named and laid out as Swift's `namedParameters`; "a.b" reaches the function as a_b. Constants are those that are not
    trained. The function may also answer (output, {constant: its value afterwards}). Gradients are named input0, input1, … (real inputs
    only) and as the parameters; "second" has those of the sum of the squared gradients, unless twice is False. Where the function is not
    smooth, finite differences prove nothing."""
    leaves = {f"input{i}": x.clone().requires_grad_() for i, x in enumerate(inputs) if x.is_floating_point()}
    arguments = [leaves.get(f"input{i}", x) for i, x in enumerate(inputs)]
    leaves |= {key: value.clone().requires_grad_() for key, value in parameters.items()}
    named = {key.replace(".", "_"): value for key, value in (constants | {k: leaves[k] for k in parameters}).items()}
    output = function(*arguments, **named)
    output, updates = output if isinstance(output, tuple) else (output, {})
    entry = {
        "name": name,
        "inputs": [numbers(x) for x in inputs],
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "constants": {key: numbers(value) for key, value in constants.items()},
        "updates": {key: numbers(value) for key, value in updates.items()},
        "output": numbers(output),
        "training": training,
        "smooth": smooth,
    }
    weights = torch.cos(torch.arange(1, output.numel() + 1, dtype=output.dtype)).reshape(output.shape)

    def gradients(value, create_graph):
        if not value.requires_grad:
            return {key: torch.zeros_like(leaf) for key, leaf in leaves.items()}
        found = torch.autograd.grad(value, list(leaves.values()), create_graph=create_graph, allow_unused=True)
        return {k: torch.zeros_like(leaf) if g is None else g for (k, leaf), g in zip(leaves.items(), found)}

    slopes = gradients((output * weights).sum(), twice)
    entry["gradients"] = {key: numbers(slope) for key, slope in slopes.items()}
    if twice:
        second = gradients(sum(slope.square().sum() for slope in slopes.values()), False)
        entry["second"] = {key: numbers(value) for key, value in second.items()}
    return entry
