internal import CKernels

/// The mean of −log softmax(logits)[label] over rows: softmax and cross-entropy in one, which neither overflows nor loses digits.
///
/// - Parameters:
///   - logits: `[rows, classes]`, any numbers.
///   - labels: `[rows]`, the right class of each row, from 0.
public func softmaxCrossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    let logits = logits.dtype.isFloatingPoint ? logits : logits.converted(to: .float32)
    guard logits.rank == 2, labels.count == logits.shape[0], logits.count > 0 else {
        Failure.raise(
            ShapeError(
                operation: "softmaxCrossEntropy", shapes: [logits.shape, labels.shape],
                message: "logits of shape \(logits.shape) do not go with labels of shape \(labels.shape)",
                hint: "logits are [rows, classes], labels [rows]: the number of the right class, not one-hot"))
    }
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    let labels = labels.converted(to: .int32).detached()
    if let wrong = (0..<rows).first(where: { !(0..<Int32(classes)).contains(labels.storage.ints[$0]) }) {
        Failure.raise(
            ValueError(
                operation: "softmaxCrossEntropy",
                message: "label \(labels.storage.ints[wrong]) of row \(wrong) is none of the \(classes) classes",
                hint: "labels go from 0 to \(classes - 1)"))
    }
    let loss = Storage(count: 1, dtype: logits.dtype)
    withExtendedLifetime((logits.storage, labels.storage)) {
        if logits.dtype == .float32 {
            loss.floats[0] = Float(ck_cross_entropy_float(logits.storage.floats, labels.storage.ints, rows, classes))
        } else {
            loss.doubles[0] = ck_cross_entropy_double(logits.storage.doubles, labels.storage.ints, rows, classes)
        }
    }
    return .recorded(loss, Shape(), from: logits) { dy, logits, _ in
        guard isRecordingGraph else { return crossEntropyGradient(logits, labels, scale: dy.item() / Double(rows)) }
        let truth = Tensor.oneHot(labels, classes: classes, dtype: logits.dtype).reshaped(to: logits.shape)
        return (logits.softmax() - truth) * (dy / Double(rows))
    }
}

/// scale · (softmax(logits) − onehot(labels)), in one pass.
private func crossEntropyGradient(_ logits: Tensor, _ labels: Tensor, scale: Double) -> Tensor {
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    let gradient = Storage(count: logits.count, dtype: logits.dtype)
    withExtendedLifetime((logits.storage, labels.storage)) {
        if logits.dtype == .float32 {
            ck_cross_entropy_gradient_float(
                logits.storage.floats, labels.storage.ints, rows, classes, Float(scale), gradient.floats)
        } else {
            ck_cross_entropy_gradient_double(
                logits.storage.doubles, labels.storage.ints, rows, classes, scale, gradient.doubles)
        }
    }
    return Tensor(storage: gradient, shape: logits.shape)
}
