// The course's formulas, as a student types them in a cell. Each is written once for tensors and once, word for word,
// for plain numbers, which give the expected value. test_formulas.py runs this file.
import Foundation
import Swiftlet

var count = 0
var computed = 0.0

/// Notes the value of a formula on tensors.
func tensor(_ value: Tensor) { computed = value.item() }

/// Compares it with the value of the same formula on plain numbers.
func number(_ expected: Double, line: Int = #line) {
    count += 1
    let distance = Swift.abs(computed - expected), bound = 1e-9 * Swift.max(1, Swift.abs(expected))
    precondition(distance <= bound, "line \(line): \(computed) is not \(expected)")
}

// MARK: Activations
do {
    let x = Tensor(0.37, dtype: .float64), a = 0.37
    tensor(1 / (1 + exp(-x)))
    number(1 / (1 + exp(-a)))
    tensor((exp(x) - exp(-x)) / (exp(x) + exp(-x)))
    number((exp(a) - exp(-a)) / (exp(a) + exp(-a)))
    tensor(log(1 + exp(x)))
    number(log(1 + exp(a)))
    tensor(x / (1 + exp(-x)))
    number(a / (1 + exp(-a)))
    tensor(x * 1 / (1 + exp(-1.702 * x)))
    number(a * 1 / (1 + exp(-1.702 * a)))
    tensor(0.5 * x * (1 + tanh(sqrt(2 / Double.pi) * (x + 0.044715 * pow(x, 3)))))
    number(0.5 * a * (1 + tanh(sqrt(2 / Double.pi) * (a + 0.044715 * pow(a, 3)))))
    tensor(exp(-x) / ((1 + exp(-x)) * (1 + exp(-x))))
    number(exp(-a) / ((1 + exp(-a)) * (1 + exp(-a))))
    tensor(1 - tanh(x) * tanh(x))
    number(1 - tanh(a) * tanh(a))
    tensor(0.1 * (exp(x) - 1) + 0.2 * x + 0.5)
    number(0.1 * (exp(a) - 1) + 0.2 * a + 0.5)
}

// MARK: Perceptrons and backpropagation
do {
    let w = Tensor(0.3, dtype: .float64), b = Tensor(-0.2, dtype: .float64), x = Tensor(0.6, dtype: .float64)
    let t = Tensor(1, dtype: .float64), y = Tensor(0.65, dtype: .float64), eta = 0.4
    let w0 = 0.3, b0 = -0.2, x0 = 0.6, t0 = 1.0, y0 = 0.65
    tensor(w * x + b)
    number(w0 * x0 + b0)
    tensor(w + eta * (t - y) * x)
    number(w0 + eta * (t0 - y0) * x0)
    tensor(w + eta * (t - y) * y * (1 - y) * x)
    number(w0 + eta * (t0 - y0) * y0 * (1 - y0) * x0)
    tensor(0.5 * pow(t - y, 2))
    number(0.5 * pow(t0 - y0, 2))
    tensor(-(t - y) * y * (1 - y) * w * x * (1 - x))
    number(-(t0 - y0) * y0 * (1 - y0) * w0 * x0 * (1 - x0))
    tensor(1 / (1 + exp(-(0.25 + w * x + 0.3 * b))))
    number(1 / (1 + exp(-(0.25 + w0 * x0 + 0.3 * b0))))
    tensor((y + 1e-4 - (y - 1e-4)) / (2 * 1e-4))
    number((y0 + 1e-4 - (y0 - 1e-4)) / (2 * 1e-4))
}

// MARK: Losses
do {
    let y = Tensor(0.7, dtype: .float64), t = Tensor(0.9, dtype: .float64), w = Tensor(-0.4, dtype: .float64)
    let y0 = 0.7, t0 = 0.9, w0 = -0.4
    tensor(-(t * log(y) + (1 - t) * log(1 - y)))
    number(-(t0 * log(y0) + (1 - t0) * log(1 - y0)))
    tensor(-(t * log(y + 1e-7) + (1 - t) * log(1 - y + 1e-7)))
    number(-(t0 * log(y0 + 1e-7) + (1 - t0) * log(1 - y0 + 1e-7)))
    tensor(-0.25 * pow(1 - y, 2) * log(y))
    number(-0.25 * pow(1 - y0, 2) * log(y0))
    tensor(1 - (2 * t * y + 1) / (t + y + 1))
    number(1 - (2 * t0 * y0 + 1) / (t0 + y0 + 1))
    tensor(t * log(t / y) + (1 - t) * log((1 - t) / (1 - y)))
    number(t0 * log(t0 / y0) + (1 - t0) * log((1 - t0) / (1 - y0)))
    tensor(sqrt(1 + pow((y - t) / 0.5, 2)) - 1)
    number(sqrt(1 + pow((y0 - t0) / 0.5, 2)) - 1)
    tensor(0.5 * (y - t) * (y - t) + 1e-4 * w * w + 1e-5 * abs(w))
    number(0.5 * (y0 - t0) * (y0 - t0) + 1e-4 * w0 * w0 + 1e-5 * abs(w0))
    tensor(maximum(0, 1 - t * y))
    number(max(0, 1 - t0 * y0))
    tensor(log(cosh(y - t)))
    number(log(cosh(y0 - t0)))
}

// MARK: Optimizers
do {
    let w = Tensor(0.8, dtype: .float64), g = Tensor(-0.3, dtype: .float64), m = Tensor(0.1, dtype: .float64),
        v = Tensor(0.2, dtype: .float64)
    let w0 = 0.8, g0 = -0.3, m0 = 0.1, v0 = 0.2, step = 3.0
    tensor(w - 0.01 * g)
    number(w0 - 0.01 * g0)
    tensor(w + 0.9 * m - 0.01 * g)
    number(w0 + 0.9 * m0 - 0.01 * g0)
    tensor(w - 0.01 / sqrt(v + g * g + 1e-8) * g)
    number(w0 - 0.01 / sqrt(v0 + g0 * g0 + 1e-8) * g0)
    tensor(w - 0.01 * g / (sqrt(0.9 * v + 0.1 * g * g) + 1e-8))
    number(w0 - 0.01 * g0 / (sqrt(0.9 * v0 + 0.1 * g0 * g0) + 1e-8))
    tensor(-(sqrt(m + 1e-6) / sqrt(v + 1e-6)) * g)
    number(-(sqrt(m0 + 1e-6) / sqrt(v0 + 1e-6)) * g0)
    tensor(
        w - 0.001 * ((0.9 * m + 0.1 * g) / (1 - pow(0.9, step)))
            / (sqrt((0.999 * v + 0.001 * g * g) / (1 - pow(0.999, step))) + 1e-8))
    number(
        w0 - 0.001 * ((0.9 * m0 + 0.1 * g0) / (1 - pow(0.9, step)))
            / (sqrt((0.999 * v0 + 0.001 * g0 * g0) / (1 - pow(0.999, step))) + 1e-8))
    tensor((1 - 0.01 * 0.1) * w - 0.01 * m / (sqrt(v) + 1e-8))
    number((1 - 0.01 * 0.1) * w0 - 0.01 * m0 / (sqrt(v0) + 1e-8))
    tensor(1e-3 + 0.5 * (w - 1e-3) * (1 + cos(Double.pi * step / 10)))
    number(1e-3 + 0.5 * (w0 - 1e-3) * (1 + cos(Double.pi * step / 10)))
    tensor(0.1 * exp(-0.05 * w * step))
    number(0.1 * exp(-0.05 * w0 * step))
}

// MARK: Images and convolutions
do {
    let x = Tensor(1.3, dtype: .float64), y = Tensor(-0.7, dtype: .float64), sigma = 1.4
    let x0 = 1.3, y0 = -0.7
    tensor(1 / (2 * Double.pi * sigma * sigma) * exp(-(x * x + y * y) / (2 * sigma * sigma)))
    number(1 / (2 * Double.pi * sigma * sigma) * exp(-(x0 * x0 + y0 * y0) / (2 * sigma * sigma)))
    tensor(sqrt(x * x + y * y))
    number(sqrt(x0 * x0 + y0 * y0))
    tensor(0.299 * x + 0.587 * y + 0.114 * (x - y))
    number(0.299 * x0 + 0.587 * y0 + 0.114 * (x0 - y0))
    tensor((x - 0.5) / sqrt(y * y + 1e-5) * 1.2 + 0.1)
    number((x0 - 0.5) / sqrt(y0 * y0 + 1e-5) * 1.2 + 0.1)
    tensor(x / pow(2 + 1e-4 * (x * x + y * y), 0.75))
    number(x0 / pow(2 + 1e-4 * (x0 * x0 + y0 * y0), 0.75))
    let n = 28, p = 2, f = 5, s = 2, d = 1
    let size = (n + 2 * p - d * (f - 1) - 1) / s + 1
    precondition(size == 14)
}

// MARK: Detection
do {
    let left = Tensor(0.1, dtype: .float64), right = Tensor(0.6, dtype: .float64), width = Tensor(0.5, dtype: .float64)
    let left0 = 0.1, right0 = 0.6, width0 = 0.5
    tensor(left * right / (left + right - left * right))
    number(left0 * right0 / (left0 + right0 - left0 * right0))
    tensor((left + 0.5 * width - right) / width + log(width / right))
    number((left0 + 0.5 * width0 - right0) / width0 + log(width0 / right0))
    tensor(5 * (pow(left - right, 2) + pow(sqrt(width) - sqrt(right), 2)))
    number(5 * (pow(left0 - right0, 2) + pow(sqrt(width0) - sqrt(right0), 2)))
}

// MARK: Sequences
do {
    let x = Tensor(0.4, dtype: .float64), h = Tensor(-0.3, dtype: .float64), c = Tensor(0.8, dtype: .float64)
    let x0 = 0.4, h0 = -0.3, c0 = 0.8
    func sigma(_ z: Tensor) -> Tensor { 1 / (1 + exp(-z)) }
    func sigma(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
    tensor(tanh(0.5 * x + 0.9 * h + 0.1))
    number(tanh(0.5 * x0 + 0.9 * h0 + 0.1))
    tensor(sigma(0.2 * x - 0.4 * h + 1) * c + sigma(0.7 * x + 0.1 * h) * tanh(0.3 * x - 0.6 * h + 0.2))
    number(sigma(0.2 * x0 - 0.4 * h0 + 1) * c0 + sigma(0.7 * x0 + 0.1 * h0) * tanh(0.3 * x0 - 0.6 * h0 + 0.2))
    tensor(
        (1 - sigma(0.2 * x + 0.3 * h)) * h + sigma(0.2 * x + 0.3 * h)
            * tanh(0.4 * x + 0.5 * (sigma(0.6 * x + 0.7 * h) * h)))
    number(
        (1 - sigma(0.2 * x0 + 0.3 * h0)) * h0 + sigma(0.2 * x0 + 0.3 * h0)
            * tanh(0.4 * x0 + 0.5 * (sigma(0.6 * x0 + 0.7 * h0) * h0)))
    tensor(0.6 * x - 0.3 * h + 0.1 * c + 0.05)
    number(0.6 * x0 - 0.3 * h0 + 0.1 * c0 + 0.05)
    tensor((1 - 0.3) * h + 0.3 * tanh(0.5 * x + 0.9 * h))
    number((1 - 0.3) * h0 + 0.3 * tanh(0.5 * x0 + 0.9 * h0))
    tensor(exp(x / 0.5) / (exp(x / 0.5) + exp(h / 0.5) + exp(c / 0.5)))
    number(exp(x0 / 0.5) / (exp(x0 / 0.5) + exp(h0 / 0.5) + exp(c0 / 0.5)))
}

// MARK: Autoencoders and energies
do {
    let mu = Tensor(0.3, dtype: .float64), logVar = Tensor(-0.5, dtype: .float64), noise = Tensor(1.1, dtype: .float64)
    let rho = 0.05, mu0 = 0.3, logVar0 = -0.5, noise0 = 1.1
    tensor(-0.5 * (1 + logVar - mu * mu - exp(logVar)))
    number(-0.5 * (1 + logVar0 - mu0 * mu0 - exp(logVar0)))
    tensor(mu + exp(0.5 * logVar) * noise)
    number(mu0 + exp(0.5 * logVar0) * noise0)
    tensor(rho * log(rho / mu) + (1 - rho) * log((1 - rho) / (1 - mu)))
    number(rho * log(rho / mu0) + (1 - rho) * log((1 - rho) / (1 - mu0)))
    tensor(-0.5 * (log(2 * Double.pi) + logVar + pow(noise - mu, 2) / exp(logVar)))
    number(-0.5 * (log(2 * Double.pi) + logVar0 + pow(noise0 - mu0, 2) / exp(logVar0)))
    tensor(-mu * noise - 0.2 * mu - 0.1 * noise)
    number(-mu0 * noise0 - 0.2 * mu0 - 0.1 * noise0)
    tensor(-0.2 * mu - log(1 + exp(0.4 * mu + 0.1)) - log(1 + exp(-0.7 * mu)))
    number(-0.2 * mu0 - log(1 + exp(0.4 * mu0 + 0.1)) - log(1 + exp(-0.7 * mu0)))
    tensor(mu + 0.1 * (mu * noise - logVar * noise) / 64)
    number(mu0 + 0.1 * (mu0 * noise0 - logVar0 * noise0) / 64)
    tensor(-(mu * log2(mu) + (1 - mu) * log2(1 - mu)))
    number(-(mu0 * log2(mu0) + (1 - mu0) * log2(1 - mu0)))
}

// MARK: Adversaries
do {
    let real = Tensor(0.8, dtype: .float64), fake = Tensor(0.3, dtype: .float64), slope = Tensor(1.4, dtype: .float64)
    let real0 = 0.8, fake0 = 0.3, slope0 = 1.4
    tensor(-(log(real) + log(1 - fake)))
    number(-(log(real0) + log(1 - fake0)))
    tensor(-log(fake + 1e-8) + 0.5 * (log(1 + exp(-real)) + fake))
    number(-log(fake0 + 1e-8) + 0.5 * (log(1 + exp(-real0)) + fake0))
    tensor(fake - real + 10 * pow(slope - 1, 2))
    number(fake0 - real0 + 10 * pow(slope0 - 1, 2))
    tensor(0.5 * (pow(real - 1, 2) + pow(fake, 2)) + 10 * abs(real - fake))
    number(0.5 * (pow(real0 - 1, 2) + pow(fake0, 2)) + 10 * abs(real0 - fake0))
    tensor(0.4 * real + (1 - 0.4) * fake)
    number(0.4 * real0 + (1 - 0.4) * fake0)
}

// MARK: Of vectors and matrices
do {
    let x: Tensor = [[1, 2, 3], [4, 5, 6]], w: Tensor = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]], b: Tensor = [0.5, -0.5]
    let target: Tensor = [[1, 0], [0, 1]]
    let scores = x.matmul(w) + b
    let probabilities =
        exp(scores - scores.max(axes: 1, keepDims: true))
        / exp(scores - scores.max(axes: 1, keepDims: true)).sum(axes: 1, keepDims: true)
    let loss = -(target * log(probabilities + 1e-7)).sum() / 2 + 0.01 * (w * w).sum() + 0.001 * abs(w).sum()
    let gradient = x.transposed().matmul(probabilities - target) / 2 + 0.02 * w
    let standardised = (x - x.mean(axes: 0)) / sqrt(x.variance(axes: 0) + 1e-5) * 1.5 + 0.1
    let attention = (x.matmul(x.transposed()) / sqrt(3.0)).softmax().matmul(x)
    let update = w - 0.1 * (x.transposed().matmul(sigmoid(scores)) - x.transposed().matmul(target)) / 2
    let freeEnergy = -(x.matmul(Tensor([0.1, 0.2, 0.3]))) - log(1 + exp(x.matmul(w) + b)).sum(axes: 1)
    let ridge = (x.transposed().matmul(x) + 0.1 * Tensor.eye(3)).inverse().matmul(x.transposed()).matmul(target)
    precondition(
        [loss, gradient, standardised, attention, update, freeEnergy, ridge].allSatisfy {
            $0.isFinite().all().item() == 1
        })

}

print("\(count) formulas")
