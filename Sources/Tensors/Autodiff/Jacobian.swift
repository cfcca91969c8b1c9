// Products with the Jacobian J of a function (the matrix of its derivatives, a row for each element of the result), and J itself. With
// `createGraph` they can be differentiated again, for whatever the function uses.

/// A function's value at a point, and vᵀ J: the direction `v` among the results, pulled back to the input.
public func vjp(
    at x: Tensor, along v: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, product: Tensor) {
    let leaf = x.tracked()
    let value = try f(leaf)
    let product = grad(value, of: [leaf], along: v, createGraph: createGraph)[0]
    return (createGraph ? value : value.detached(), product)
}

/// A function's value at a point, and J v: how fast the value changes as the input moves along `v`.
public func jvp(
    at x: Tensor, along v: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, product: Tensor) {
    guard v.shape == x.shape else { failDirection("jvp", x, v) }
    let leaf = x.tracked()
    let value = try f(leaf)
    // uᵀ J is linear in u: its derivative along v is J v.
    let u = Tensor.zeros(like: value).tracked()
    let pulled = grad(value, of: [leaf], along: u, createGraph: true)[0]
    let product = grad((pulled * v).sum(), of: u, createGraph: createGraph)
    return (createGraph ? value : value.detached(), product)
}

/// The Jacobian of a function at a point: derivatives of every element of the result by every element of the input. Its shape is the
/// result's followed by the input's.
public func jacobian(at x: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor) rethrows -> Tensor {
    let leaf = x.tracked()
    let value = try f(leaf)
    let shape = Shape(Array(value.shape) + Array(x.shape))
    let rows = (0..<value.count).map { place in
        var direction = Tensor.zeros([value.count], dtype: value.dtype)
        direction[place] = .ones([], dtype: value.dtype)
        return grad(value, of: [leaf], along: direction.reshaped(to: value.shape), createGraph: createGraph)[0]
    }
    return rows.isEmpty ? .zeros(shape, dtype: x.dtype) : Tensor.stack(rows).reshaped(to: shape)
}

/// H v for the Hessian H, the matrix of second derivatives of a function with one number as its result; H itself is never made.
public func hessianVectorProduct(
    at x: Tensor, along v: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor
) rethrows -> Tensor {
    guard v.shape == x.shape else { failDirection("hessianVectorProduct", x, v) }
    let leaf = x.tracked()
    let slope = grad(try f(leaf), of: leaf, createGraph: true)
    return grad((slope * v).sum(), of: leaf, createGraph: createGraph)
}

/// The Hessian of a function with one number as its result: second derivatives by every pair of the input's elements.
public func hessian(at x: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor) rethrows -> Tensor {
    try jacobian(at: x, createGraph: createGraph) { x in grad(try f(x), of: x, createGraph: true) }
}

/// A function's value and derivatives at a point of several tensors.
public func valueAndGrad(
    at inputs: [Tensor], _ f: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
    let leaves = inputs.map { $0.tracked() }
    let value = try f(leaves)
    return (value.detached(), grad(value, of: leaves))
}

private func failDirection(_ operation: String, _ x: Tensor, _ v: Tensor) -> Never {
    Failure.raise(
        ShapeError(
            operation: operation, shapes: [x.shape, v.shape],
            message: "the direction \(v.shape) is not shaped like the input \(x.shape)",
            hint: "give one number for each element of the input"))
}
