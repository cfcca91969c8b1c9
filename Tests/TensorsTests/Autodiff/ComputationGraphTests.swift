import Tensors
import Testing

@Suite struct ComputationGraphTests {
    @Test func operationsInTheirOrder() {
        let x = Tensor.ones([2, 3]).tracked(), w = Tensor.ones([3, 1]).tracked(),
            b = Tensor([1, 2]).reshaped(to: [2, 1])
        let y = tanh(x.matmul(w) + b)
        let graph = ComputationGraph(of: (y * y).sum(), naming: ["x": x, "w": w])
        #expect(
            graph.description == """
                %0 = constant  float32 [2, 1]
                %1 = tracked  float32 [2, 3]  x
                %2 = tracked  float32 [3, 1]  w
                %3 = matmul(%1, %2)  float32 [2, 1]
                %4 = +(%3, %0)  float32 [2, 1]
                %5 = tanh(%4)  float32 [2, 1]
                %6 = *(%5, %5)  float32 [2, 1]
                %7 = sum(%6)  float32 []
                """)
        #expect(graph.vertices[6].operands == [5, 5])
    }

    @Test func numbersAreShown() {
        let w = Tensor([0.5, -1]).tracked()
        let graph = ComputationGraph(of: 1 - (2 * (w + 0.25) / 4).sum(), naming: ["w": w])
        #expect(
            graph.description == """
                %0 = tracked  float32 [2]  w
                %1 = +(%0, 0.25)  float32 [2]
                %2 = *(%1, 2)  float32 [2]
                %3 = /(%2, 4)  float32 [2]
                %4 = sum(%3)  float32 []
                %5 = -(1, %4)  float32 []
                """)
        #expect(graph.vertices.map(\.title) == ["w", "+ 0.25", "* 2", "/ 4", "sum", "1 -"])
        #expect(graph.dot.contains("n5 [label=\"1 -\\n[]\""))
    }

    @Test func verticesKnowTheirLayers() {
        let x = Tensor(2), w = Tensor(3).tracked(), shared = Tensor(4).tracked()
        let graph = ComputationGraph(naming: ["w": w, "shared": shared]) {
            let inner = LayerPath.within("net") {
                LayerPath.within("first") { x * w * shared } + LayerPath.within("second") { exp(shared) }
            }
            return -inner
        }
        let layers = Dictionary(
            graph.vertices.map { ($0.name ?? $0.operation, $0.layers) }, uniquingKeysWith: { first, _ in first })
        #expect(
            layers == [
                "constant": [], "w": ["net", "first"], "shared": ["net"], "*": ["net", "first"],
                "exp": ["net", "second"], "+": ["net"], "-": [],
            ])
        // Nobody asked for layers here.
        #expect(LayerPath.within("net") { ComputationGraph(of: exp(w)) }.vertices.last?.layers == [])
    }

    @Test func textForGraphviz() {
        let x = Tensor(2).tracked()
        #expect(
            ComputationGraph(of: exp(x) * x, naming: ["a \"b\"": x]).dot == #"""
                digraph {
                  rankdir=TB; node [fontname="sans-serif", fontsize=11];
                  n0 [label="a \"b\"\n[]", shape=box, style=filled, fillcolor=lightblue];
                  n1 [label="exp\n[]", shape=ellipse];
                  n0 -> n1;
                  n2 [label="*\n[]", shape=ellipse];
                  n1 -> n2;
                  n0 -> n2;
                }
                """#)
    }

    @Test func operationsOfAllKindsHaveTheirOwnNames() {
        let x = Tensor.eye(2).tracked()
        let results = [
            exp(x), -x, 1 - x, x / x, x.sum(axes: 0), x.max(), x[0], x.reshaped(to: [4]), x.transposed(), x.softmax(),
            x.cumulativeSum(),
            x.converted(to: .float64), .concatenate([x, x]), x.cholesky(), maximum(x, x),
            .custom(x, name: "twice") {
                $0[0] * 2
            } pullback: { dy, _, _ in
                [dy * 2]
            },
        ]
        #expect(
            results.map { ComputationGraph(of: $0).vertices.last!.operation } == [
                "exp", "-", "-", "/", "sum", "max", "reshaped", "reshaped", "transposed", "softmax", "cumulativeSum",
                "converted",
                "concatenate", "cholesky", "maximum", "twice",
            ])
    }

    @Test func aLongChainNeedsNoDeepStack() {
        let x = Tensor(1).tracked()
        var y = x
        for _ in 0..<100_000 { y = y + y }
        #expect(ComputationGraph(of: y).vertices.count == 100_001)
    }
}
