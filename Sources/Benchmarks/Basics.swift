import Networks
import Tensors

// What a step costs where there is hardly anything to compute, and where there is nothing but one operation.
extension Workload {
    /// The network of a quiz, worked out by hand there: 2-2-2 units, one example.
    static var tiny: Workload {
        Workload("tiny", "quiz-2-2-2.b1", 1, "steps/s") {
            let network = try Sequential(input: [2]) {
                Dense(2, activation: .sigmoid)
                Dense(2, activation: .sigmoid)
            }
            let halfSquares = Loss("halfSquares") { 0.5 * ($0 - $1).squared().sum() }
            return try training(
                network, SGD(learningRate: 0.4), halfSquares, Tensor([[0.2, 0.6]]), Tensor([[0.2, 0.8]]))
        }
    }

    static var elementwise: Workload {
        Workload("elementwise", "tanh(a*b+a).sum-1000x1000", 1, "evals/s") {
            let a = Tensor.uniform([1000, 1000])
            let b = Tensor.uniform([1000, 1000])
            return { tanh(a * b + a).sum() }
        }
    }

    static var gemm: Workload {
        let n = 1024
        return Workload("gemm", "matmul-1024", 2 * Double(n * n * n) / 1e9, "GFLOP/s") {
            let a = Tensor.uniform([n, n])
            let b = Tensor.uniform([n, n])
            return { a.matmul(b)[0, 0] }
        }
    }
}
