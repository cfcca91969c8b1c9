import Tensors

/// Every operation, by the name of its fixture. An operation is added by a line here and one in
/// Tests/Fixtures/operations.py.
enum OperationTable {
    typealias Operations = [String: @Sendable ([Tensor]) -> Tensor]

    static let all = [
        arithmetic, functions, activations, comparisons, integers, reductions, products, movement,
        slicing, indexing, sorting, matrices, compositions,
    ].reduce(into: Operations()) { $0.merge($1) { _, _ in fatalError("a name is used twice") } }

    static let arithmetic: Operations = [
        "add": { $0[0] + $0[1] },
        "add row": { $0[0] + $0[1] },
        "add number": { $0[0] + 2.5 },
        "subtract column": { $0[0] - $0[1] },
        "subtract from number": { 2.5 - $0[0] },
        "multiply cube": { $0[0] * $0[1] },
        "divide": { $0[0] / $0[1] },
        "divide row": { $0[0] / $0[1] },
        "divide number": { 3 / $0[0] },
        "negate": { -$0[0] },
        "pow": { pow($0[0], $0[1]) },
        "pow 3": { pow($0[0], 3) },
        "pow -0.5": { pow($0[0], -0.5) },
        "maximum": { maximum($0[0], $0[1]) },
        "minimum row": { minimum($0[0], $0[1]) },
        "atan2": { atan2($0[0], $0[1]) },
        "remainder": { remainder($0[0], $0[1]) },
        "remainder number": { remainder($0[0], 0.73) },
        "one element": { $0[0] * $0[1] },
        "empty": { $0[0] * $0[1] },
        "odd sizes": { $0[0] * $0[1] + $0[0] },
        "zero strides": { $0[0].broadcast(to: [3, 4]) * $0[1].broadcast(to: [3, 4]) },
    ]

    static let functions: Operations = [
        "exp": { exp($0[0]) },
        "exp2": { exp2($0[0]) },
        "expm1": { expm1($0[0]) },
        "log": { log($0[0]) },
        "log2": { log2($0[0]) },
        "log10": { log10($0[0]) },
        "log1p": { log1p($0[0]) },
        "sqrt": { sqrt($0[0]) },
        "rsqrt": { rsqrt($0[0]) },
        "abs": { abs($0[0]) },
        "squared": { $0[0].squared() },
        "sin": { sin($0[0]) },
        "cos": { cos($0[0]) },
        "tan": { tan($0[0]) },
        "asin": { asin($0[0]) },
        "acos": { acos($0[0]) },
        "atan": { atan($0[0]) },
        "sinh": { sinh($0[0]) },
        "cosh": { cosh($0[0]) },
        "asinh": { asinh($0[0]) },
        "acosh": { acosh($0[0]) },
        "atanh": { atanh($0[0]) },
        "erf": { erf($0[0]) },
        "erfc": { erfc($0[0]) },
        "erfInverse": { erfInverse($0[0]) },
        "erfInverse at the ends": { erfInverse($0[0]) },
        "floor": { $0[0].floor() },
        "ceil": { $0[0].ceil() },
        "rounded": { $0[0].rounded() },
        "truncated": { $0[0].truncated() },
        "sign": { $0[0].sign() },
        "clipped": { $0[0].clipped(to: -0.5...0.8) },
    ]

    static let activations: Operations = [
        "tanh": { $0[0].tanh() },
        "sigmoid": { $0[0].sigmoid() },
        "logSigmoid": { $0[0].logSigmoid() },
        "hardSigmoid": { $0[0].hardSigmoid() },
        "relu": { $0[0].relu() },
        "relu6": { $0[0].relu6() },
        "leakyRelu": { $0[0].leakyRelu(slope: 0.2) },
        "elu": { $0[0].elu(alpha: 1.5) },
        "elu at 0": { $0[0].elu(alpha: 1.5) },
        "selu": { $0[0].selu() },
        "celu": { $0[0].celu(alpha: 0.5) },
        "softplus": { $0[0].softplus() },
        "softsign": { $0[0].softsign() },
        "hardTanh": { $0[0].hardTanh() },
        "swish": { $0[0].swish() },
        "hardSwish": { $0[0].hardSwish() },
        "mish": { $0[0].mish() },
        "gelu": { $0[0].gelu() },
        "geluTanh": { $0[0].geluTanh() },
        "logit": { $0[0].logit() },
        "softmax": { $0[0].softmax() },
        "softmax axis 0": { $0[0].softmax(axis: 0) },
        "logSoftmax": { $0[0].logSoftmax() },
    ]

    static let comparisons: Operations = [
        "equal": { $0[0] .== $0[1] },
        "not equal": { $0[0] .!= $0[1] },
        "less": { $0[0] .< $0[1] },
        "less or equal number": { $0[0] .<= 0.1 },
        "greater": { $0[0] .> $0[1] },
        "greater or equal number": { $0[0] .>= 0.1 },
        "equal nan": { $0[0] .== $0[1] },
        "isNaN": { $0[0].isNaN() },
        "isInfinite": { $0[0].isInfinite() },
        "isFinite": { $0[0].isFinite() },
        "and": { $0[0] .& $0[1] },
        "or": { $0[0] .| $0[1] },
        "xor": { $0[0] .^ $0[1] },
        "not": { .!$0[0] },
        "any axis 1": { $0[0].any(axes: 1) },
        "all axis 0": { $0[0].all(axes: 0, keepDims: true) },
        "any of nothing": { $0[0].any(axes: 0) },
        "all of nothing": { $0[0].all(axes: 0) },
        "select": { .select($0[0] .> $0[1], $0[0], $0[1] * $0[1]) },
    ]

    static let integers: Operations = [
        "int64 add": { $0[0] + $0[1] },
        "int64 subtract": { $0[0] - $0[1] },
        "int64 multiply": { $0[0] * $0[1] },
        "int64 wraps around": { $0[0] * $0[1] },
        "int64 remainder": { remainder($0[0], $0[1]) },
        "int64 pow": { pow($0[0], $0[1]) },
        "int64 maximum": { maximum($0[0], $0[1]) },
        "int64 negate": { -$0[0] },
        "int64 abs": { abs($0[0]) },
        "int64 sign": { $0[0].sign() },
        "int64 clipped": { $0[0].clipped(to: -5...8) },
        "int64 less": { $0[0] .< $0[1] },
        "int64 select": { .select($0[1] .> 0, $0[0], $0[1]) },
        "int64 sum": { $0[0].sum() },
        "int64 max": { $0[0].max() },
        "int64 argMax": { $0[0].argMax() },
        "int64 and int32": { $0[0] + $0[1] },
        "int64 to int32": { $0[0].converted(to: .int32) },
        "int64 to float64": { $0[0].converted(to: .float64) },
        "float64 to int64": { $0[0].converted(to: .int64) },
        "bool sum": { $0[0].sum(axes: 0) },
        "int64 divide": { $0[0] / $0[1] },
    ]

    static let reductions: Operations = [
        "sum": { $0[0].sum() },
        "sum axes 0 2": { $0[0].sum(axes: 0, 2) },
        "mean axis 1 kept": { $0[0].mean(axes: 1, keepDims: true) },
        "max axis 1": { $0[0].max(axes: 1) },
        "min axes 0 1": { $0[0].min(axes: 0, 1) },
        "variance": { $0[0].variance(axes: 0, 1) },
        "unbiased variance": { $0[0].variance(axes: 2, unbiased: true) },
        "standardDeviation": { $0[0].standardDeviation(axes: 1) },
        "norm": { $0[0].norm(axes: 1, 2) },
        "logSumExp": { $0[0].logSumExp(axes: 0, 2) },
        "logSumExp last": { $0[0].logSumExp(axes: -1) },
        "argMax": { $0[0].argMax(axis: 1) },
        "argMin": { $0[0].argMin(axis: 0) },
        "unbiased standardDeviation": { $0[0].standardDeviation(axes: 0, 1, unbiased: true) },
        "product": { $0[0].product(axes: 1) },
        "product axes 0 2": { $0[0].product(axes: 0, 2, keepDims: true) },
        "product with zeros": { $0[0].product(axes: 0) },
        "int64 product": { $0[0].product() },
        "norm 1": { $0[0].norm(order: 1, axes: 1) },
        "norm 3": { $0[0].norm(order: 3, axes: 0, 2) },
        "norm infinity": { $0[0].norm(order: .infinity, axes: 2) },
        "norm -infinity": { $0[0].norm(order: -.infinity, axes: 2) },
        "norm 0": { $0[0].norm(order: 0, axes: 0) },
        "cumulativeSum": { $0[0].cumulativeSum(axis: 1) },
        "cumulativeProduct": { $0[0].cumulativeProduct(axis: 2) },
        "cumulativeProduct with zeros": { $0[0].cumulativeProduct(axis: 0) },
        "cumulativeMax": { $0[0].cumulativeMax(axis: 1) },
        "cumulativeMin": { $0[0].cumulativeMin() },
        "int64 cumulativeSum": { $0[0].cumulativeSum() },
        "median": { $0[0].median() },
        "median axes 0 2": { $0[0].median(axes: 0, 2) },
        "quantile 0.3 kept": { $0[0].quantile(0.3, axes: 2, keepDims: true) },
        "median of nan": { $0[0].median(axes: 1) },
    ]

    static let products: Operations = [
        "matmul": { $0[0].matmul($0[1]) },
        "matmul batch": { $0[0].matmul($0[1]) },
        "matmul batch by matrix": { $0[0].matmul($0[1]) },
        "matmul broadcast batch": { $0[0].matmul($0[1]) },
        "matmul matrix by vector": { $0[0].matmul($0[1]) },
        "matmul vector by matrix": { $0[0].matmul($0[1]) },
        "matmul vectors": { $0[0].matmul($0[1]) },
        "matmul of nothing": { $0[0].matmul($0[1]) },
    ]

    static let movement: Operations = [
        "transposed 2 0 1": { $0[0].transposed(2, 0, 1) },
        "reshaped": { $0[0].reshaped(to: [4, -1]) },
        "slice": { $0[0][Slice.all, 1..<3, 2] },
        "every second": { $0[0][Slice.all, Slice.all, Slice.every(2)] },
        "reversed": { $0[0].reversed(axis: 1) },
        "padded": { $0[0].padded([(0, 1), (1, 2)], with: 3) },
        "concatenate": { .concatenate([$0[0], $0[1]], axis: 1) },
        "stack": { .stack([$0[0], $0[1]], axis: 1) },
        "broadcast": { $0[0].broadcast(to: [2, 3, 4]) },
        "flipped": { $0[0].flipped(0, 2) },
        "rolled": { $0[0].rolled(by: 3) },
        "rolled back": { $0[0].rolled(by: -1, axis: 1) },
        "rotated90": { $0[0].rotated90() },
        "rotated90 thrice": { $0[0].rotated90(-1, axes: (1, 2)) },
        "tiled": { $0[0].tiled(2, 1, 3) },
        "repeated": { $0[0].repeated(3, axis: 1) },
        "swapped": { $0[0].swapped(0, -1) },
        "split sizes": { $0[0].split(sizes: [1, 3], axis: 1)[1] * 2 },
        "split into": { $0[0].split(into: 3, axis: 1)[0] },
        "chunked": { $0[0].chunked(3, axis: 1)[1] },
        "unstacked": { .concatenate(Array($0[0].unstacked(axis: 1)[1...])) },
        "padded reflect": { $0[0].padded([(1, 0), (2, 3)], with: .reflect) },
        "padded replicate": { $0[0].padded([(1, 4), (2, 5)], with: .replicate) },
        "padded wrap": { $0[0].padded([(0, 2), (4, 3)], with: .wrap) },
        "padded infinity": { exp($0[0].padded([(0, 0), (1, 0)], with: -.infinity)) },
    ]

    private static func assigning(
        _ assign: @escaping @Sendable (inout Tensor, Tensor) -> Void
    ) -> @Sendable ([Tensor]) -> Tensor {
        { inputs in
            var copy = inputs[0]
            assign(&copy, inputs[1])
            return copy
        }
    }

    static let slicing: Operations = [
        "last two": { $0[0][Slice.ellipsis, (-2)...] },
        "but the last": { $0[0][Slice.all, ..<(-1)] },
        "stride": { $0[0][Slice.all, Slice.all, stride(from: 1, to: 4, by: 2)] },
        "negative stride": { $0[0][Slice.all, Slice.all, stride(from: 3, through: 1, by: -2)][Slice.ellipsis, ...0] },
        "negative index": { $0[0][-1, Slice.all, -2] },
        "ellipsis": { $0[0][1, Slice.ellipsis, 0] },
        "new axis": { $0[0][Slice.all, Slice.newAxis, 1..., Slice.newAxis] },
        "empty slice": { $0[0][1..<1] },
        "assigned row": { 2 * assigning { $0[1] = $1 }($0) },
        "assigned block": { 2 * assigning { $0[1..<3, stride(from: 0, to: 3, by: 2)] = $1 }($0) },
        "assigned number": { 2 * assigning { $0[0, 2] = $1 }($0) },
        "assigned backwards": assigning { $0[1, Slice.reversed] = $1 },
    ]

    private static let rows = Tensor([2, 0, 2] as [Int32])
    private static let along = Tensor([0, 3, 3, 1, 0, 2, 2, 2, 2] as [Int64], shape: [3, 3])
    private static let mask = Tensor([1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1] as [UInt8], shape: [3, 4]).converted(
        to: .bool)

    static let indexing: Operations = [
        "gathered": { $0[0].gathered(rows) },
        "gathered axis 1": { $0[0].gathered(rows, axis: 1) },
        "gathered by a matrix": { $0[0][Tensor([0, 1, 2, 2] as [Int], shape: [2, 2])] },
        "taken": { $0[0].taken(at: along, axis: 1) },
        "taken axis 0": { $0[0].taken(at: Tensor([0, 2, 1, 1] as [Int32], shape: [1, 4]), axis: 0) },
        "scatterAdded": { $0[0].scatterAdded($0[1], at: along, axis: 1) },
        "scattered": { $0[0].scattered($0[1], at: Tensor([0, 3, 1, 2, 2, 0] as [Int32], shape: [3, 2]), axis: 1) },
        "addingRows": { $0[0].addingRows($0[1], at: rows) },
        "addingRows axis 1": { $0[0].addingRows($0[1], at: rows, axis: 1) },
        "int64 scatterAdded": { $0[0].scatterAdded($0[1], at: rows, axis: 0) },
        "masked": { $0[0][mask] },
        "masked rows": { $0[0][Tensor([true, false, true])] },
        "masked by none": { $0[0][$0[0] .> 1e9] },
        "masked with number": { $0[0].masked(mask, with: 7.5) },
        "nonZero": { $0[0].nonZero() },
        "assigned mask": assigning { $0[mask] = $1 },
        "assigned rows": assigning { $0[Tensor([2, 0] as [Int32])] = $1 },
    ]

    static let sorting: Operations = [
        "sorted": { $0[0].sorted() },
        "sorted axis 0 descending": { $0[0].sorted(axis: 0, descending: true) },
        "sorted with nan": { $0[0].sorted() },
        "argSort": { $0[0].argSort() },
        "argSort with nan": { $0[0].argSort() },
        "argSort descending": { $0[0].argSort(descending: true) },
        "argSort int64": { $0[0].argSort() },
        "topK": { $0[0].topK(2).values },
        "topK smallest": { $0[0].topK(3, axis: 0, largest: false).values },
        "topK indices": { $0[0].topK(2).indices },
        "sorted of nothing": { $0[0].sorted() },
    ]

    private static func positive(_ x: Tensor) -> Tensor {
        x.matmul(x.swapped(-1, -2)) + .eye(x.shape.last!, dtype: x.dtype)
    }
    private static func symmetric(_ x: Tensor) -> Tensor { x + x.swapped(-1, -2) }

    static let matrices: Operations = [
        "dot": { $0[0].dot($0[1]) },
        "outer": { $0[0].outer($0[1]) },
        "kron": { $0[0].kron($0[1]) },
        "diagonal": { $0[0].diagonal() },
        "diagonal 1": { $0[0].diagonal(offset: 1) },
        "diagonal batch -1": { $0[0].diagonal(offset: -1) },
        "diagonalMatrix": { .diagonalMatrix($0[0]) },
        "diagonalMatrix -1": { .diagonalMatrix($0[0], offset: -1) },
        "trace": { $0[0].trace() },
        "tril": { $0[0].tril() },
        "triu 1": { $0[0].triu(1) },
        "solve": { $0[0].solve($0[1]) },
        "solve vector": { $0[0].solve($0[1]) },
        "solve batch": { $0[0].solve($0[1]) },
        "solve broadcast": { $0[0].solve($0[1]) },
        "inverse": { $0[0].inverse() },
        "determinant": { $0[0].determinant() },
        "logDeterminant": { $0[0].logDeterminant().logarithm },
        "logDeterminant sign": { $0[0].logDeterminant().sign },
        "determinant of nothing": { $0[0].determinant() },
        "cholesky": { positive($0[0]).cholesky() },
        "cholesky batch": { positive($0[0]).cholesky() },
        "qr q": { $0[0].qr().q },
        "qr r": { $0[0].qr().r },
        "qr wide": { $0[0].qr().r },
        "eigh values": { symmetric($0[0]).eigh().values },
        "eigh vectors": { symmetric($0[0]).eigh().vectors.squared() },
        "svd values": { $0[0].svd().s },
        "svd vectors": { $0[0].svd().u.squared() },
        "svd power": {
            let (u, s, vt) = $0[0].svd()
            return (u * pow(s, 1.5).expanded(at: -2)).matmul(vt)
        },
    ]

    static let compositions: Operations = [
        "tanh of a cube": { tanh(pow($0[0], 3)) },
        "divide by itself": { $0[0] / (1 + $0[0].squared()) },
    ]
}
