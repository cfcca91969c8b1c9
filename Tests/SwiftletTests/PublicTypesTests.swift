import Foundation
import Swiftlet
import TestSupport
import Testing

/// How values of every public type of the library read as a cell's result.
@Suite struct PublicTypesTests {
    static let modules = [
        "Tensors", "Networks", "Architectures", "Datasets", "Plots", "Notebook", "Swiftlet", "WorkerProtocol",
    ]

    /// A type in the sources, and what it inherits from or conforms to.
    struct Declaration: CustomStringConvertible {
        let name: String
        let kind: String
        let parents: [String]
        var hasCases = false
        var description: String { name }
    }

    /// Every public class, structure and enumeration of the sources.
    static func declarations() throws -> [Declaration] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var found: [Declaration] = []
        for module in modules {
            let files = FileManager.default.enumerator(
                at: sources.appending(path: module), includingPropertiesForKeys: nil)
            for case let file as URL in files! where file.pathExtension == "swift" {
                found += declarations(in: try String(contentsOf: file, encoding: .utf8))
            }
        }
        return found
    }

    private static func declarations(in source: String) -> [Declaration] {
        let type =
            /(\s*)(?:@\w+(?:\([^)]*\))? )*(public |open |package )?(?:final |indirect )*(class|struct|enum|actor|extension|protocol) ([A-Z][\w.]*)([^{]*)\{?.*/
        var found: [Declaration] = [], open: [(indent: Int, name: String, index: Int?)] = []
        for line in source.split(separator: "\n", omittingEmptySubsequences: true) {
            let indent = line.prefix { $0 == " " }.count
            if let index = open.last?.index,
                line.hasPrefix(String(repeating: " ", count: open.last!.indent + 4) + "case ")
            {
                found[index].hasCases = true
            }
            guard let match = line.wholeMatch(of: type) else { continue }
            while let last = open.last, last.indent >= indent { open.removeLast() }
            let name = (open.map(\.name) + [String(match.4)]).joined(separator: ".")
            var index: Int?
            if ["public ", "open "].contains(match.2.map(String.init)), !["extension", "protocol"].contains(match.3) {
                index = found.count
                let parents = match.5.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
                found.append(Declaration(name: name, kind: String(match.3), parents: parents))
            }
            open.append((indent, String(match.4), index))
        }
        return found
    }

    // MARK: Samples

    /// A value of each type, by the type's name. What a class shows, its subclasses show too.
    static func samples() throws -> [String: Any] {
        func caught(_ body: () throws -> Void) -> Any {
            do { try body() } catch { return error }
            return ()
        }
        let network = try Sequential("net", input: [4]) {
            Dense(3, activation: .relu)
            Dense(2)
        }
        let optimizer = Adam(for: network)
        let x = Tensor.normal([6, 4]), input = Input([4])
        let data = Examples(inputs: x, targets: Tensor([0, 1, 1, 0, 1, 0] as [Int32]))
        let history = try network.fit(data, epochs: 2, batchSize: 3, loss: .crossEntropy, showsProgress: false)
        let scores = RankedScores(scores: Tensor([0.1, 0.8, 0.4]), isPositive: Tensor([0, 1, 1] as [Int32]))
        let graph = ComputationGraph(of: Tensor(3).tracked().squared())
        let report = gradCheck(at: [Tensor([1.0, 2])]) { $0[0].squared().sum() }
        var diagram = Diagram()
        diagram.add(Diagram.Box(["a", "b"]))
        let layers =
            [
                "Layer": network, "Container": network, "Convolution": Conv2D(3, kernel: 3), "Recurrent": LSTM(3),
                "GatedRecurrent": GRU(3), "MergeLayer": Add(), "Normalization": BatchNormalization(),
                "ExampleNormalization": LayerNormalization(), "WeightParametrization": WeightNormalization(Dense(3)),
                "SeparableConvolution": SeparableConv2D(3, kernel: 3),
                "LocallyConnected": LocallyConnected1D(3, kernel: 3),
                "TransposedConvolution": Conv2DTranspose(3, kernel: 3),
                "DepthwiseConvolution": DepthwiseConv2D(kernel: 3),
                "Pooling": MaxPooling2D(2), "AdaptivePooling": AdaptiveAveragePooling2D(2),
                "GlobalPooling": GlobalMaxPooling2D(), "Disturbance": Dropout(0.5),
                "SpatialDropout": SpatialDropout2D(0.5),
                "UpSampling": UpSampling2D(2), "AttentionLayer": MultiHeadAttention(heads: 2, size: 3),
                "BorderPadding": ZeroPadding2D(1), "Cropping": Cropping2D(1), "Activation": ReLU(), "Dense": Dense(3),
                "Network": try Network(inputs: input, outputs: Dense(2)(input)),
            ] as [String: Any]
        let tensors =
            [
                "Tensor": x, "Shape": x.shape, "DType": x.dtype, "Slice": Slice.every(2, of: 1..<9),
                "Padding": Padding.explicit(1),
                "FusedActivation": FusedActivation.relu, "Interpolation": Interpolation.bilinear,
                "Border": Border.reflect,
                "SourceLocation": SourceLocation(file: "cell 4", line: 3),
                "ShapeError": ShapeError(operation: "matmul", message: "no"),
                "ValueError": ValueError(operation: "clip", message: "no"),
                "Tensor.Literal": [[1, 2], [3, 0.5]] as Tensor.Literal, "GradientReport": report,
                "GradientReport.Entry": report.entries[0], "ComputationGraph": graph,
                "ComputationGraph.Vertex": graph.vertices[0], "Random.Position": Random.position,
                "TensorRandomGenerator": TensorRandomGenerator(),
                "NumPyFileError": caught { _ = try NumPyFile.load(from: "/nowhere.npy") },
                "SafetensorsError": caught { _ = try Safetensors.load(from: "/nowhere.safetensors") },
            ] as [String: Any]
        let parts =
            [
                "Loss": Loss.crossEntropy, "Loss.TargetShape": Loss.TargetShape.any,
                "AdversarialLoss": AdversarialLoss.hinge, "Metric": Metric.accuracy,
                "ActivationFunction": ActivationFunction.relu, "Initializer": Initializer.he,
                "Regularizer": Regularizer.l2(),
                "Constraint": Constraint.maxNorm(), "Schedule": Schedule.cosine(0.1, steps: 10),
                "WeightOptions": WeightOptions(.he, regularizer: .l1()), "Parameter": network.parameters[0],
                "Optimizer": optimizer, "GradientClipping": GradientClipping.globalNorm(1), "Merge": Merge.add,
                "Bidirectional.Merge": Bidirectional.Merge.concatenate, "Attention.Scale": Attention.Scale.learned,
                "LocalResponseNormalization.Region": LocalResponseNormalization.Region.withinChannels,
                "SymbolicTensor": Dense(2)(input), "Input": input, "Anchors": Anchors(stride: 16, sizes: [32, 64]),
                "Summary": network.summary(), "Summary.Row": network.summary().rows[0],
                "MetricValues": history.epochs[0].metrics, "StepReport": history.steps[0],
                "EpochReport": history.epochs[0],
                "History": history,
                "TrainingPlan": TrainingPlan(
                    network: network, optimizer: optimizer, epochs: 2, stepsPerEpoch: 2, batchSize: 3, exampleCount: 6,
                    metrics: [.accuracy], isValidated: true),
                "RankedScores": scores, "RankedScores.Curve": scores.rocCurve, "WeightedMean": WeightedMean(0.5),
                "BLEU": BLEU(), "MeanAveragePrecision": MeanAveragePrecision(),
                "MeanAveragePrecision.Interpolation": MeanAveragePrecision.Interpolation.everyPoint,
                "ConfusionMatrix": ConfusionMatrix(classes: 2), "ClassAverage": ClassAverage.macro,
                "Predictions": Predictions(outputs: x, targets: x),
                "LearningRateSearch": try network.findLearningRate(
                    data, optimizer: .sgd(), loss: .crossEntropy, steps: 5),
                "LambdaCallback": LambdaCallback(), "ReduceLearningRateOnPlateau": ReduceLearningRateOnPlateau(),
                "ConsoleProgress": ConsoleProgress(), "CSVLogger": CSVLogger("log.csv"),
                "EarlyStopping": EarlyStopping(),
                "ModelCheckpoint": ModelCheckpoint("net.safetensors"),
                "LearningRateScheduler": LearningRateScheduler(.constant(0.1)), "TrainingDisplay": TrainingDisplay(),
                "Examples": data, "Batches": data.batches(4), "Batches.Iterator": data.batches(4).makeIterator(),
                "DatasetError": caught { _ = try FashionMNIST.load(from: "/nowhere") },
            ] as [String: Any]
        let plot = PlotArea(
            rect: .init(x: 0, y: 0, width: 9, height: 9), x: .init(.linear, 0...1), y: .init(.linear, 0...1))
        let pictures =
            [
                "PictureError": caught { _ = try Bitmap(png: []) }, "PlotArea": plot,
                "Line": Line([1, 2], "loss"),
                "Points": Points(.zeros([3, 2])), "Bars": Bars(["a"], [1]), "Histogram": Histogram([1, 2]),
                "Heatmap": Heatmap(x: 0...1, y: 0...1, values: .zeros([2, 2])),
                "Figure": Chart { Line([1, 2]) }.figure,
                "Chart": Chart("losses", x: "epoch") { Line([1, 2], "loss") }, "ConfusionCells": ConfusionCells.counts,
                "Bitmap": Bitmap(width: 2, height: 2) { _, _ in (0, 0, 0) }, "Diagram": diagram,
                "Diagram.Box": diagram.boxes[0],
                "Diagram.Direction": diagram.direction, "Canvas": Canvas(width: 9, height: 9),
                "Canvas.Alignment": Canvas.Alignment.center, "Canvas.VerticalAlignment": Canvas.VerticalAlignment.top,
                "Canvas.Point": Canvas.Point(1, 2.5), "Canvas.Rect": plot.rect, "Color": Color.blue,
                "Colormap": Colormap.viridis, "AxisScale": AxisScale.logarithmic,
            ] as [String: Any]
        let slider = Slider("rate", 0.0...1), bar = ProgressBar(total: 10)
        bar.advance(by: 3)
        let widgets =
            [
                "Widget": slider, "WidgetModel": slider, "ValueWidget": slider, "Slider": slider,
                "FloatLogSlider": FloatLogSlider("rate", 0.1...1),
                "RangeSlider": RangeSlider("part", 0...9), "SliderCoding": Int.sliderCoding, "Text": Text("name"),
                "Label": Label("text"), "HTML": HTML("<b>text</b>"), "IntProgress": IntProgress(), "Box": VBox(slider),
                "HBox": HBox(slider), "VBox": VBox(slider), "TitledBox": Tab(["a": slider]), "Tab": Tab(["a": slider]),
                "Accordion": Accordion(["a": slider]), "Dropdown": Dropdown("which", ["a", "b"]),
                "Checkbox": Checkbox("on"),
                "ToggleButton": ToggleButton("on"), "Button": Button("train"), "Layout": slider.layout,
                "Style": slider.style,
                "Output": Output(), "Image": Image(), "DisplayHandle": display(1), "ProgressBar": bar,
                "MimeBundle": MimeBundle.html("<b>text</b>"), "MimeBundle.Content": MimeBundle.Content.text("text"),
                "MimeBundle.DisplaySize": MimeBundle.DisplaySize(width: 2, height: 3),
                "CommMessage": CommMessage(.open(target: "a"), id: UUID().uuidString),
                "CommMessage.Kind": CommMessage.Kind.open(target: "a"),
            ] as [String: Any]
        return [layers, tensors, parts, pictures, widgets].reduce(into: [:]) { $0.merge($1) { old, _ in old } }
    }

    // MARK: Tests

    @Test(.ownRandomNumbers) func everyTypeHasASample() throws {
        let all = try Self.declarations(), samples = try Self.samples()
        #expect(all.count > 200)
        let names = Set(all.map(\.name))
        #expect(samples.keys.filter { !names.contains($0) }.sorted() == [], "samples of no type")
        let parents = Dictionary(all.map { ($0.name, $0.parents) }, uniquingKeysWith: { first, _ in first })
        func isShown(_ name: String) -> Bool {
            if samples[name] != nil { return true }
            // A subclass shows what its class shows.
            return (parents[name] ?? []).contains { parents[$0] != nil && isShown($0) }
        }
        // A nested array exists only while the library reads one.
        let missing = all.filter {
            $0.name != "NestedArray" && !($0.kind == "enum" && !$0.hasCases) && !isShown($0.name)
        }
        #expect(
            missing.map(\.name).sorted() == [], "types without a sample here: give them a description, and a sample")
    }

    @Test(.ownRandomNumbers) func everyTypeReadsWell() throws {
        let forbidden =
            Self.modules.map { $0 + "." } + ["Optional(", "(Function)", "Mutex", "_value", "ObjectIdentifier"]
        for (name, sample) in try Self.samples() {
            var texts = [
                "\(sample)", MimeBundle(describing: sample).plainText ?? "",
                (sample as? any Inspectable)?.inspection.text ?? "-",
            ]
            let isEnum = Mirror(reflecting: sample).displayStyle == .enum
            // As an element of an array; Swift writes the full names of cases there.
            if !isEnum { texts.append(String(reflecting: [sample])) }
            for text in texts {
                #expect(!text.isEmpty && text.count < 1500, "\(name): \(text)")
                for part in forbidden { #expect(!text.contains(part), "\(name): \(text)") }
                let hasAddress = text.contains(/0x[0-9a-fA-F]{6,}/)
                let hasIdentifier = text.contains(/[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}/)
                #expect(!hasAddress && !hasIdentifier, "\(name): \(text)")
                // Swift's own form of a structure or class: Name(first: …, second: …).
                let isDump = !isEnum && text.contains(#/^\[?\w+\(\w+: .*, \w+: /#)
                #expect(!isDump, "\(name): \(text)")
            }
        }
    }

    @Test func dataSetsAreShownAsTablesWithPictures() throws {
        func html(_ value: some Displayable) throws -> String {
            guard case .text(let html)? = value.mimeBundle.contents["text/html"] else { return "" }
            return html
        }
        let moons = Toys.moons(count: 200)
        #expect("\(moons)" == "200 examples: [2] → 2 classes (class 0: 100, class 1: 100)")
        let table = try html(moons)
        #expect(table.contains("<td>200</td>") && table.contains("<td>[2] float32, from") && table.contains("class 1"))
        #expect(table.contains("<img src=\"data:image/png;base64,") && table.contains("class 0, class 1\">"))
        let images = Examples(
            inputs: .uniform([50, 28, 28, 1]), targets: Tensor((0..<50).map { Int32($0 % 10) }),
            classNames: (0..<10).map { "garment \($0)" })
        #expect("\(images)".hasPrefix("50 examples: [28, 28, 1] → 10 classes (garment 0: 5, garment 1: 5,"))
        #expect(try html(images).contains("16 images of 28×28 pixels"))
        let line = Examples(inputs: .normal([30, 1]), targets: .normal([30, 1]))
        #expect("\(line)" == "30 examples: [1] → [1] float32")
        let numbers = Examples(inputs: .normal([9, 7]), targets: .normal([9, 3]))
        #expect(try html(line).contains("<img"))
        #expect(try html(numbers).contains("[7] float32"))
        let empty = Examples(inputs: .zeros([0, 2]), targets: Tensor([Int32]()))
        #expect("\(empty)" == "0 examples: [2] → 0 classes")
        #expect(try html(empty).contains("<td>0</td>"))
    }

    @Test func marksAreShownAsCharts() {
        let marks: [any Displayable] = [
            Line([1, 2]), Points(.zeros([3, 2])), Bars(["a"], [1]), Histogram([1, 2]),
            Heatmap(x: 0...1, y: 0...1, values: .zeros([2, 2])), Colormap.viridis,
        ]
        for mark in marks { #expect(mark.mimeBundle.contents["image/png"] != nil) }
    }

    /// What `update` sends is made the fast way: it is what the fast encoder makes, and not the other.
    @Test func updatesEncodeTheFastWay() {
        let values = Random.withSeed(1) { Tensor.normal([5000]) }
        let chart = Chart { Line(values) }
        let recorder = UpdateRecorder()
        FrontEnd.$taskConnection.withValue(recorder) { display("…").update(chart) }
        #expect(recorder.bundle?.contents["image/png"] == .binary(Data(chart.figure.png(isFast: true))))
        #expect(chart.figure.png(isFast: true) != chart.figure.png())
    }
}

/// A front end that keeps the last update.
private final class UpdateRecorder: FrontEndConnection, @unchecked Sendable {
    var bundle: MimeBundle?
    func display(_ bundle: MimeBundle, identifier: String?) {}
    func update(_ bundle: MimeBundle, identifier: String) { self.bundle = bundle }
    func result(_ bundle: MimeBundle) {}
    func clearOutput(wait: Bool) {}
}
