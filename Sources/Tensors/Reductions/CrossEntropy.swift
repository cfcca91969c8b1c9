internal import CKernels

/// The mean of −ln softmax(logits)[label] over rows: softmax and cross-entropy in one, without overflow or lost digits.
/// This is PyTorch's `cross_entropy`. For the loss of `fit` use `.crossEntropy`.
///
/// ```swift
/// let logits = Tensor([[2.0, 0.5], [0.1, 3.0]]).tracked()
/// print(softmaxCrossEntropy(logits, Tensor([0, 1])))  // 0.12748805
/// ```
///
/// - Parameters:
///   - logits: The scores `[rows, classes]`, not normalized.
///   - labels: The correct class of each row, `[rows]`, counted from 0.
/// - Returns: A scalar.
public func softmaxCrossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    guard logits.rank == 2, labels.count == logits.shape[0], logits.count > 0 else {
        Failure.raise(
            ShapeError(
                operation: "softmaxCrossEntropy", shapes: [logits.shape, labels.shape],
                message: "logits of shape \(logits.shape) do not match labels of shape \(labels.shape)",
                hint: "logits are [rows, classes], labels [rows]: the index of the correct class, not one-hot"))
    }
    return logits.floating.crossEntropies(labels.reshaped(to: [labels.count])).mean()
}

extension Tensor {
    /// −ln softmax(logits)[label] for each label. Logits have the labels' shape and a last axis of classes. With label
    /// smoothing ε the target is 1 − ε at the label, plus ε / classes everywhere (Szegedy et al. 2016).
    package func crossEntropies(_ labels: Tensor, labelSmoothing: Double = 0) -> Tensor {
        let classes = shape[rank - 1], labels = checkedLabels(labels, classes: classes)
        let out = Storage(count: labels.count, dtype: dtype)
        Tensor.inRows(labels.count, of: classes) { [self] start, count in
            let (from, label) = (start * classes, labels.storage.ints + start)
            if dtype == .float32 {
                ck_cross_entropy_float(
                    storage.floats + from, label, count, classes, Float(labelSmoothing), out.floats + start)
            } else {
                ck_cross_entropy_double(
                    storage.doubles + from, label, count, classes, labelSmoothing, out.doubles + start)
            }
        }
        return .recorded(out, labels.shape, from: self) { dy, logits, _ in
            guard isRecordingGraph else { return logits.crossEntropiesGradient(labels, labelSmoothing, dy) }
            let truth = Tensor.oneHot(labels, classes: classes, dtype: logits.dtype) * (1 - labelSmoothing)
            return dy.expanded(at: dy.rank).times(logits.softmax() - (truth + labelSmoothing / Double(classes)))
        }
    }

    /// dy · (softmax(logits) − target), in one pass.
    private func crossEntropiesGradient(_ labels: Tensor, _ labelSmoothing: Double, _ dy: Tensor) -> Tensor {
        let classes = shape[rank - 1]
        let gradient = Storage(count: count, dtype: dtype)
        withExtendedLifetime((storage, labels.storage, dy.storage)) {
            Tensor.inRows(labels.count, of: classes) { [self] start, count in
                let (from, label) = (start * classes, labels.storage.ints + start)
                if dtype == .float32 {
                    ck_cross_entropy_gradient_float(
                        storage.floats + from, label, dy.storage.floats + start, count, classes, Float(labelSmoothing),
                        gradient.floats + from)
                } else {
                    ck_cross_entropy_gradient_double(
                        storage.doubles + from, label, dy.storage.doubles + start, count, classes, labelSmoothing,
                        gradient.doubles + from)
                }
            }
        }
        return Tensor(storage: gradient, shape: shape)
    }

    /// Calls a loop over rows of this length, on several threads if there are many.
    static func inRows(_ rows: Int, of length: Int, _ loop: (_ start: Int, _ count: Int) -> Void) {
        guard length > 0 else { return }
        ThreadPool.forEach(count: rows, minimumPerChunk: Swift.max(1, (1 << 17) / length)) {
            loop($0.lowerBound, $0.count)
        }
    }

    private func checkedLabels(_ labels: Tensor, classes: Int) -> Tensor {
        let labels = labels.converted(to: .int32).detached()
        withExtendedLifetime(labels.storage) {
            let range = 0..<Int32(classes)
            if let wrong = (0..<labels.count).first(where: { !range.contains(labels.storage.ints[$0]) }) {
                Failure.raise(
                    ValueError(
                        operation: "softmaxCrossEntropy",
                        message:
                            "label \(labels.storage.ints[wrong]) of row \(wrong) is out of range for \(classes) classes",
                        hint: "labels go from 0 to \(classes - 1)"))
            }
        }
        return labels
    }
}
