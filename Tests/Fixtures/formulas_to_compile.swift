// The formulas name their matrices as the course does.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

// The course's formulas, written as in a notebook's cell. FormulaTests.swift compiles this file as a cell and bounds
// the time that the compiler takes for each expression.
import Foundation
import Swiftlet

// MARK: Numbers by hand: a perceptron, the quiz's network of two hidden units, one step of backpropagation

let x1 = 0.2, x2 = 0.6, t1 = 0.2, t2 = 0.8, eta = 0.4
let w1 = 0.3, w2 = 0.4, w3 = 0.3, w4 = 0.1, w5 = 0.2, w6 = 0.1, w7 = 0.3, w8 = 0.4
let b1 = 0.25, b2 = 0.31
let h1 = 1 / (1 + exp(-(b1 + w1 * x1 + w3 * x2)))
let h2 = 1 / (1 + exp(-(b1 + w2 * x1 + w4 * x2)))
let o1 = 1 / (1 + exp(-(b2 + w5 * h1 + w7 * h2)))
let o2 = 1 / (1 + exp(-(b2 + w6 * h1 + w8 * h2)))
let total = 0.5 * (pow(t1 - o1, 2) + pow(t2 - o2, 2))
let newW5 = w5 - eta * (o1 - t1) * o1 * (1 - o1) * h1
let newW6 = w6 - eta * (o2 - t2) * o2 * (1 - o2) * h1
let slope1 = (o1 - t1) * o1 * (1 - o1) * w5 * h1 * (1 - h1) * x1
let slope2 = (o2 - t2) * o2 * (1 - o2) * w6 * h1 * (1 - h1) * x1
let newW1 = w1 - eta * (slope1 + slope2)
let weight = w1 + eta * (1 - o1) * x1 + eta * (-1 - o2) * x2
let chain = w3 - 0.1 * o1 * w2 * w1 * w4 * 2 * (o2 - t2)
let gaussian2D = 1 / (2 * Double.pi * 1.5 * 1.5) * exp(-(x1 * x1 + x2 * x2) / (2 * 1.5 * 1.5))
let outputSize = (227 - 11 + 2 * 0) / 4 + 1
let parameterCount =
    (3 * 3 * 1 + 1) * 32 + (3 * 3 * 32 + 1) * 64 + (3 * 3 * 64 + 1) * 64 + (576 + 1) * 64 + (64 + 1) * 10
let lstmCount = 4 * ((1 + 256) * 256 + 256) + 4 * ((256 + 256) * 256 + 256) + (256 * 64 + 64) + (64 * 1 + 1)
let gruCount = 3 * ((64 + 128) * 128 + 2 * 128)
let entropy = -(0.25 * log2(0.25) + 0.25 * log2(0.25) + 0.5 * log2(0.5))
let divergence = 0.36 * log(0.36 / (1.0 / 3)) + 0.48 * log(0.48 / (1.0 / 3)) + 0.16 * log(0.16 / (1.0 / 3))
let uniformLimit = sqrt(6.0) / sqrt(784.0 + 128.0)
let heDeviation = sqrt(2 / 784.0)

// MARK: Activations and their slopes

let z = Tensor.linspace(from: -4, to: 4, count: 9)
let logistic = 1 / (1 + exp(-z))
let logisticSlope = logistic * (1 - logistic)
let tangent = (exp(z) - exp(-z)) / (exp(z) + exp(-z))
let tangentSlope = 1 - tangent.squared()
let rectified = maximum(0, z)
let leaky = maximum(0.01 * z, z)
let exponential = Tensor.select(z .> 0, z, 1.5 * (exp(z) - 1))
let smooth = log(1 + exp(z))
let swished = z / (1 + exp(-1.5 * z))
let hard = minimum(1, maximum(0, 0.2 * z + 0.5))
let gaussianUnit = 0.5 * z * (1 + tanh(sqrt(2 / Double.pi) * (z + 0.044715 * pow(z, 3))))
let shares = exp(z - z.max()) / exp(z - z.max()).sum()

// MARK: Losses and penalties

let x = Tensor.normal([8, 4]), y = Tensor.bernoulli([8, 3], p: 0.5)
let theta = Tensor.normal([4, 3]).tracked(), bias = Tensor.zeros([3]).tracked()
let scores = x.matmul(theta) + bias
let yHat = 1 / (1 + exp(-scores))
let n = Double(x.shape[0])
let lambda = 0.01
let squaredError = 0.5 * (y - yHat).squared().sum()
let meanSquare = 1 / n * pow(y - yHat, 2).sum()
let binary = -1 / n * (y * log(yHat) + (1 - y) * log(1 - yHat)).sum()
let guarded = -(y * log(yHat + 1e-7) + (1 - y) * log(1 - yHat + 1e-7)).mean()
let categorical = -(y * log(exp(scores) / exp(scores).sum(axes: 1, keepDims: true))).sum(axes: 1).mean()
let ridge = binary + lambda / (2 * n) * (theta * theta).sum()
let lasso = binary + lambda * abs(theta).sum()
let elastic = binary + 0.5 * lambda * theta.squared().sum() + lambda * abs(theta).sum()
let hinge = maximum(0, 1 - (2 * y - 1) * scores).mean()
let huber = Tensor.select(abs(y - scores) .< 1, 0.5 * (y - scores).squared(), abs(y - scores) - 0.5).mean()
let focal = -(0.25 * y * pow(1 - yHat, 2) * log(yHat) + 0.75 * (1 - y) * pow(yHat, 2) * log(1 - yHat)).mean()
let dice = 1 - (2 * (y * yHat).sum() + 1) / (y.sum() + yHat.sum() + 1)
let similarity = (x[0] * x[1]).sum() / (x[0].norm() * x[1].norm())
let triplet = maximum(0, (x[0] - x[1]).norm() - (x[0] - x[2]).norm() + 0.2)
let box = Tensor.select(abs(scores) .< 1, 0.5 * scores.squared(), abs(scores) - 0.5).sum(axes: 1)
let detection = 5 * ((x - y.mean()).squared().sum() + (sqrt(abs(x)) - sqrt(abs(x + 1))).squared().sum()) + 0.5 * y.sum()

// MARK: Backpropagation in matrices, and optimizers

let delta2 = (yHat - y) * yHat * (1 - yHat)
let delta1 = delta2.matmul(theta.transposed()) * (1 - tanh(x).squared())
let gradient = 1 / n * x.transposed().matmul(yHat - y) + lambda * theta
let stepped = theta - 0.1 * gradient
let decayed = (1 - 0.1 * lambda / n) * theta - 0.1 * gradient
let velocity = 0.9 * Tensor.zeros([4, 3]) - 0.01 * gradient
let nesterov = theta + 0.9 * (0.9 * velocity - 0.01 * gradient) - 0.01 * gradient
let squares = 0.9 * Tensor.ones([4, 3]) + (1 - 0.9) * gradient.squared()
let adagrad = theta - 0.01 / (sqrt(squares) + 1e-7) * gradient
let rmsprop = theta - 0.001 * gradient / sqrt(squares + 1e-6)
let adadelta = theta - sqrt(squares + 1e-6) / sqrt(squares + 1e-6) * gradient
let beta1 = 0.9, beta2 = 0.999, step = 3.0
let adam = theta - 0.001 * (velocity / (1 - pow(beta1, step))) / (sqrt(squares / (1 - pow(beta2, step))) + 1e-8)
let mHat = velocity / (1 - pow(0.9, 3.0)), vHat = squares / (1 - pow(0.999, 3.0))
let nadam = theta - 0.001 / (sqrt(vHat) + 1e-8) * (0.9 * mHat + (1 - 0.9) * gradient / (1 - pow(0.9, 3.0)))
let clipped = gradient * minimum(1, 5 / (gradient.norm() + 1e-6))
let cosineRate = 0.0001 + 0.5 * (0.1 - 0.0001) * (1 + cos(Double.pi * 3.0 / 10.0))
let difference = ((x + 1e-4).squared().sum() - (x - 1e-4).squared().sum()) / (2 * 1e-4)

// MARK: Normalisation and attention

let mean = x.mean(axes: 0), variance = (x - x.mean(axes: 0)).squared().mean(axes: 0)
let normalized = 1.5 * (x - mean) / sqrt(variance + 1e-5) + 0.5
let response = x / pow(2 + 1e-4 * x.squared().sum(axes: 1, keepDims: true), 0.75)
let attention = (x.matmul(x.transposed()) / sqrt(4.0)).softmax().matmul(x)
let additive = tanh(x.matmul(theta) + x.matmul(theta) + bias).matmul(Tensor.normal([3, 1]))
let dropped = x * (Tensor.bernoulli([8, 4], p: 0.8) / 0.8)

// MARK: Recurrent cells

let U = Tensor.normal([4, 5]), W = Tensor.normal([5, 5]), V = Tensor.normal([5, 2]), b = Tensor.zeros([5])
let before = Tensor.zeros([8, 5]), cell = Tensor.zeros([8, 5])
let state = tanh(x.matmul(U) + before.matmul(W) + b)
let answer = (state.matmul(V) + 0.1).softmax()
let Wf = Tensor.normal([9, 5]), Wi = Tensor.normal([9, 5]), Wc = Tensor.normal([9, 5]), Wo = Tensor.normal([9, 5])
let joined = Tensor.concatenate([before, x], axis: 1)
let f = sigmoid(joined.matmul(Wf) + b), i = sigmoid(joined.matmul(Wi) + b), o = sigmoid(joined.matmul(Wo) + b)
let candidate = tanh(joined.matmul(Wc) + b)
let memory = f * cell + i * candidate
let hidden = o * tanh(memory)
let peephole = sigmoid(x.matmul(U) + before.matmul(W) + cell * b + b)
let update = sigmoid(joined.matmul(Wf) + b), reset = sigmoid(joined.matmul(Wi) + b)
let gated = (1 - update) * before + update * tanh(Tensor.concatenate([reset * before, x], axis: 1).matmul(Wc) + b)
let forecast = 0.5 + 0.6 * x[0, 3] - 0.2 * x[0, 2] + 0.1 * x[0, 1] + 0.05 * x[0, 0]
let reservoir = (1 - 0.3) * before + 0.3 * tanh(x.matmul(U) + 0.9 * before.matmul(W))

// MARK: Autoencoders and energy

let mu = Tensor.normal([8, 2]), logVar = Tensor.normal([8, 2])
let sample = mu + exp(0.5 * logVar) * Tensor.normal([8, 2])
let latent = -0.5 * (1 + logVar - mu.squared() - exp(logVar)).sum(axes: 1).mean()
let evidence = -(y * log(yHat + 1e-7) + (1 - y) * log(1 - yHat + 1e-7)).sum(axes: 1).mean() + 0.5 * latent
let rate = yHat.mean(axes: 0)
let sparsity = (0.05 * log(0.05 / rate) + (1 - 0.05) * log((1 - 0.05) / (1 - rate))).sum()
let contraction = ((yHat * (1 - yHat)).squared() * theta.squared().sum(axes: 0)).sum(axes: 1).mean()
let v = y, c = Tensor.zeros([3]), a = Tensor.zeros([4]), M = Tensor.normal([3, 4])
let energy = -(v * c).sum(axes: 1) - (x * a).sum(axes: 1) - (v.matmul(M) * x).sum(axes: 1)
let freeEnergy = -v.matmul(c) - log(1 + exp(v.matmul(M) + a)).sum(axes: 1)
let contrast = 0.1 / n * (v.transposed().matmul(x) - yHat.transposed().matmul(x))
let chance = 1 / (1 + exp(-(v.matmul(M) + a) / 0.5))

// MARK: Adversarial games

let dReal = sigmoid(scores), dFake = sigmoid(-scores)
let value = log(dReal + 1e-8).mean() + log(1 - dFake + 1e-8).mean()
let saturating = log(1 - dFake + 1e-8).mean(), nonSaturating = -log(dFake + 1e-8).mean()
let critic = dFake.mean() - dReal.mean() + 10 * ((x.squared().sum(axes: 1) + 1e-12).squared() - 1).squared().mean()
let penalty =
    10 * (grad(tanh(x.tracked().matmul(theta)).sum(), of: theta, createGraph: true).norm(axes: 1) - 1).squared().mean()
let cycle = 10 * abs(x - 0.9 * x).mean() + 5 * abs(x - 1.1 * x).mean() + (1 - dFake).squared().mean()
let information = -(y * log(yHat + 1e-8)).sum(axes: 1).mean() - (0.1 * log(0.1) + 0.9 * log(0.9))
let noisy = 0.9 * y + 0.1 * Tensor.uniform([8, 3]) - 0.05
let sphere = x / sqrt(x.squared().sum(axes: 1, keepDims: true) + 1e-8)
let lerp = (1 - 0.3) * x[0] + 0.3 * x[1]
let arithmetic = x[0] - x[1] + x[2]

// MARK: Functions as methods, and tensors from nested literals

let methodGELU = 0.5 * z * (1 + (sqrt(2 / Double.pi) * (z + 0.044715 * z.pow(3))).tanh())
let methodEntropy = -(y * (yHat + 1e-7).log() + (1 - y) * (1 - yHat + 1e-7).log()).mean()
let methodAdam =
    theta - 0.001 * (velocity / (1 - pow(beta1, step))) / ((squares / (1 - pow(beta2, step))).sqrt() + 1e-8)
let methodFocal = -(0.25 * y * (1 - yHat).pow(2) * yHat.log() + 0.75 * (1 - y) * yHat.pow(2) * (1 - yHat).log()).mean()
let methodGaussian = 1 / (2 * Double.pi * 1.5 * 1.5) * (-(z.squared() + z.squared()) / (2 * 1.5 * 1.5)).exp()
let methodClip = gradient * (5 / (gradient.norm() + 1e-6)).minimum(1) + 0.1 * (0.2 * gradient + 0.5).maximum(0)
let functionShares = softmax(x.matmul(theta) + bias) + 0.1 * leakyRelu(scores, slope: 0.2) - 2 * gelu(scores).floor()
let waves = z.sin() * z.cos() + 2 * (0.5 * z).abs().sqrt() - sign(z) * floor(0.3 * z) + squared(z - 1) / 2
let exclusiveOr = Tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
let kernel = Tensor([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
let blurred = 1 / 16 * Tensor([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
let mixture = Tensor([[1, 0.5, -2], [0, 1e-3, 3], [1 / 3, 2, 0.25]]) + 1
let paths = Tensor([[[0.0, 1000], [1000, 0], [0, 1000]]])
let glyphs = Tensor([
    [
        [[0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]],
        [[0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 1, 0]],
    ],
    [
        [[1, 1, 1, 0], [0, 0, 0.5, 1], [0, 1, 0, 0], [1, 1, 1, 1]],
        [[1, 1, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [1, 1, 1, 0]],
    ],
])
let rotation = Tensor([[cos(eta), -sin(eta)], [sin(eta), cos(eta)]])
let turned = Tensor([[cos(eta), -sin(eta), 0], [sin(eta), cos(eta), 0], [0, 0, 1]])
let counts = [[3, 1], [0, 5]], tabulated = Tensor(counts) + Tensor([counts, counts])
let cut = z[(-3)...(-1)] + z[0...2] - z[...(-7)] * 0.5 + z[Slice.from(1, upTo: -5)]
