public import Networks
public import Tensors

extension Sequential {
    /// Two layers of LSTM that forecast the next value of a series from those before (the layer: Hochreiter and
    /// Schmidhuber 1997). The network of the course's slides.
    ///
    /// 806,017 parameters.
    ///
    /// ```swift
    /// let network = try Sequential.lstmForecaster(input: [60, 1])
    /// print(network(.zeros([64, 60, 1])).shape)  // [64, 1]
    /// ```
    /// - Parameters:
    ///   - input: The number of steps, and the numbers at each.
    ///   - units: The units of each of the LSTM layers.
    ///   - dropout: The rate of dropout after each of them.
    ///   - outputs: How many numbers are forecast.
    ///   - weights: A safetensors file to load the weights from; nil to begin with random ones.
    /// - Throws: A `ShapeError` if the file does not fit; `SafetensorsError` if it cannot be read.
    public static func lstmForecaster(
        input: Shape = [60, 1], units: Int = 256, dropout: Double = 0.4, outputs: Int = 1, weights: String? = nil
    ) throws -> Sequential {
        try Sequential("lstm", input: input) {
            LSTM(units, returnSequences: true)
            Dropout(dropout)
            LSTM(units)
            Dropout(dropout)
            Dense(64, activation: .relu)
            Dense(outputs)
        }.loading(weights)
    }
}
