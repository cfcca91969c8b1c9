"""PyTorch on the course's workloads, for comparison with swiftlet-bench: torch_peer.py [NAME ...]

A step is forward, loss, backward and optimizer on synthetic float32 data. One JSON object a line; the value
is the examples a second at the median step. Figures compare only within one run on one machine.
"""

import json
import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy


def measure(name, model, optimizer, inputs, seconds=4.0, warm_up=5):
    labels = torch.randint(0, 10, (len(inputs),))

    def step():
        optimizer.zero_grad(set_to_none=True)
        cross_entropy(model(inputs), labels).backward()
        optimizer.step()

    for _ in range(warm_up):
        step()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
    middle = statistics.median(times)
    print(json.dumps({"name": name, "unit": "images/s", "value": round(len(inputs) / middle, 2), "ms_per_step": round(middle * 1e3, 4)}), flush=True)


def mlp():
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
    )
    measure("mlp-784-512-256-10.b128", model, torch.optim.Adam(model.parameters(), 1e-3), torch.rand(128, 784))


def lenet():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )
    measure("lenet5.b64", model, torch.optim.SGD(model.parameters(), 0.01, momentum=0.9), torch.rand(64, 1, 28, 28))


def slidecnn():
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )
    measure("cnn-93322.b64", model, torch.optim.Adam(model.parameters(), 1e-3), torch.rand(64, 1, 28, 28))


torch.set_num_threads(os.cpu_count())
for workload in (lenet, slidecnn, mlp):
    if len(sys.argv) == 1 or workload.__name__ in sys.argv[1:]:
        workload()
