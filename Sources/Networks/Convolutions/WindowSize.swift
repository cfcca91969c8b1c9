internal import Tensors

/// The lengths of a window: `5` is 5 along every dimension, `[3, 5]` is 3 high and 5 wide.
public protocol WindowSize {
    /// One length for all dimensions, or one for each.
    var lengths: [Int] { get }
}

extension Int: WindowSize {
    /// The same length along every dimension.
    public var lengths: [Int] { [self] }
}

extension [Int]: WindowSize {
    /// A length for each dimension: height and width, for images.
    public var lengths: [Int] { self }
}

// The shape functions of the operations, for layers: errors get the layer's name and location.
extension Window {
    /// The window of a layer. Whether its numbers make sense is checked when the layer is built.
    init(
        _ size: any WindowSize, rank: Int, stride: any WindowSize, dilation: any WindowSize = 1, padding: Padding,
        noun: String = "kernel"
    ) {
        self.init(
            size.lengths, rank: rank, stride: stride.lengths, dilation: dilation.lengths, padding: padding, noun: noun)
    }

    /// A length for each of `rank` dimensions.
    static func lengths(_ size: any WindowSize, rank: Int) -> [Int] { spread(size.lengths, rank) }

    /// Throws unless there is a length for each dimension, none below `least`.
    static func check(_ lengths: [Int], rank: Int, atLeast least: Int = 1, called name: String, in layer: Layer) throws
    {
        do { try check(lengths, rank: rank, atLeast: least, called: name) } catch { throw layer.windowError(error) }
    }

    /// Throws unless an example has `rank` dimensions, and channels.
    static func check(_ input: Shape, rank: Int, in layer: Layer) throws {
        do { try check(input, rank: rank, batched: false) } catch { throw layer.windowError(error) }
    }

    /// The shape of what the window makes of an example.
    func outputShape(of input: Shape, channels: Int? = nil, in layer: Layer) throws -> Shape {
        do { return try outputShape(of: input, channels: channels) } catch { throw layer.windowError(error) }
    }

    /// Throws unless the groups divide both the input's channels and the filters.
    func checkGroups(_ groups: Int, channels: Int, filters: Int, in layer: Layer) throws {
        do { try Window.checkGroups(groups, channels: channels, filters: filters) } catch {
            throw layer.windowError(error)
        }
    }

    /// The shape of what a transposed convolution makes of an example.
    func transposedShape(of input: Shape, channels: Int, outputPadding: [Int]?, in layer: Layer) throws -> Shape {
        do {
            return try transposedShape(of: input, channels: channels, outputPadding: outputPadding, batched: false)
        } catch { throw layer.windowError(error) }
    }
}

extension Layer {
    /// An error about a window, in this layer's name.
    final func windowError(_ error: WindowError) -> any Error {
        error.shapes.isEmpty
            ? ValueError(operation: typeName, message: error.message, hint: error.hint, location: location)
            : shapeError(error.shapes, error.message, hint: error.hint)
    }
}
