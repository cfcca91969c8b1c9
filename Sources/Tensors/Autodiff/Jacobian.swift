// Products with the Jacobian J of a function, the matrix of its derivatives with a row for each element of the result,
// and J itself. With `createGraph` they can be differentiated again, with respect to whatever the function uses.

/// The vector-Jacobian product: a function's value at a point, and vᵀ J, of the input's shape. `v` has the result's
/// shape (PyTorch's and JAX's `vjp`).
///
/// ```swift
/// let x = Tensor([1.0, 2])
/// let product = vjp(at: x, along: Tensor([1.0, 10])) { $0.squared() }.product  // [2, 40]
/// ```
/// It costs one pass backward. For the derivative along a direction of the input see ``jvp(at:along:createGraph:_:)``.
public func vjp(
    at x: Tensor, along v: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, product: Tensor) {
    let leaf = x.tracked()
    let value = try f(leaf)
    let product = gradOfFunction(value, of: [leaf], along: v, createGraph: createGraph)[0]
    return (createGraph ? value : value.detached(), product)
}

/// The Jacobian-vector product: a function's value at a point, and J v, the derivative along the direction `v`. `v` has
/// the input's shape, and the product the result's (PyTorch's and JAX's `jvp`).
///
/// ```swift
/// let x = Tensor([1.0, 2])
/// let product = jvp(at: x, along: Tensor([1.0, 0])) { $0.squared().sum() }.product  // 2
/// ```
/// It costs two passes backward: uᵀ J is linear in u, and its derivative along v is J v.
public func jvp(
    at x: Tensor, along v: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, product: Tensor) {
    guard v.shape == x.shape else { failDirection("jvp", x, v) }
    let leaf = x.tracked()
    let value = try f(leaf)
    // uᵀ J is linear in u: its derivative along v is J v.
    let u = Tensor.zeros(like: value).tracked()
    let pulled = gradOfFunction(value, of: [leaf], along: u, createGraph: true)[0]
    let product = gradOfFunction((pulled * v).sum(), of: [u], createGraph: createGraph)[0]
    return (createGraph ? value : value.detached(), product)
}

/// The Jacobian of a function at a point: the derivatives ∂fᵢ/∂xⱼ (PyTorch's `functional.jacobian`). Its shape is the
/// result's followed by the input's.
///
/// ```swift
/// let x = Tensor([1.0, 2])
/// let J = jacobian(at: x) { $0.squared() }  // [[2, 0], [0, 4]]
/// ```
/// It costs one pass backward for each element of the result. For a product with it use
/// ``vjp(at:along:createGraph:_:)`` or ``jvp(at:along:createGraph:_:)``, which do not compute all of it.
public func jacobian(at x: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor) rethrows -> Tensor {
    let leaf = x.tracked()
    let value = try f(leaf)
    let shape = Shape(Array(value.shape) + Array(x.shape))
    let rows = (0..<value.count).map { index in
        var direction = Tensor.zeros([value.count], dtype: value.dtype)
        direction[index] = .ones([], dtype: value.dtype)
        return gradOfFunction(
            value, of: [leaf], along: direction.reshaped(to: value.shape), createGraph: createGraph)[0]
    }
    return rows.isEmpty ? .zeros(shape, dtype: x.dtype) : Tensor.stack(rows).reshaped(to: shape)
}

/// The product H v with the Hessian H, the matrix of second derivatives of a scalar function, without computing H
/// (Pearlmutter 1994). `v` and the product have the input's shape.
///
/// ```swift
/// let x = Tensor([1.0, 2])
/// let product = hessianVectorProduct(at: x, along: Tensor([1.0, 1])) { $0.pow(3).sum() }  // [6, 12]
/// ```
/// For all of H use ``hessian(at:createGraph:_:)``.
public func hessianVectorProduct(
    at x: Tensor, along v: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor
) rethrows -> Tensor {
    guard v.shape == x.shape else { failDirection("hessianVectorProduct", x, v) }
    let leaf = x.tracked()
    let gradient = gradOfFunction(try f(leaf), of: [leaf], createGraph: true)[0]
    return gradOfFunction((gradient * v).sum(), of: [leaf], createGraph: createGraph)[0]
}

/// The Hessian of a scalar function: the second derivatives ∂²f/∂xᵢ∂xⱼ. Its shape is the input's, twice.
///
/// ```swift
/// let x = Tensor([1.0, 2])
/// let H = hessian(at: x) { $0.pow(3).sum() }  // [[6, 0], [0, 12]]
/// ```
/// For a product with it use ``hessianVectorProduct(at:along:createGraph:_:)``.
public func hessian(at x: Tensor, createGraph: Bool = false, _ f: (Tensor) throws -> Tensor) rethrows -> Tensor {
    try jacobian(at: x, createGraph: createGraph) { x in
        gradOfFunction(try f(x), of: [x], createGraph: true)[0]
    }
}

/// The value of a function of several tensors, and its gradients with respect to each.
///
/// ```swift
/// let (value, gradients) = valueAndGrad(at: [Tensor(2), Tensor(3)]) { $0[0] * $0[1] }
/// print(value, gradients)  // 6 and [3, 2]
/// ```
public func valueAndGrad(
    at inputs: [Tensor], _ f: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
    let leaves = inputs.map { $0.tracked() }
    let value = try f(leaves)
    return (value.detached(), gradOfFunction(value, of: leaves))
}

private func failDirection(_ operation: String, _ x: Tensor, _ v: Tensor) -> Never {
    Failure.raise(
        ShapeError(
            operation: operation, shapes: [x.shape, v.shape],
            message: "the direction must have the shape of the input, \(x.shape), got \(v.shape)",
            hint: "pass one number for each element of the input"))
}
