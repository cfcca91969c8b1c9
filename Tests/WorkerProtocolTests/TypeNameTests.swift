import Testing
import WorkerProtocol

@Suite struct TypeNameTests {
    @Test(arguments: [
        ("Swift.Array<Cell3.Dog>", "[Dog]"),
        ("Swift.Dictionary<Swift.Int, Swift.Array<Swift.Optional<Swift.Double>>>", "[Int: [Double?]]"),
        ("Swift.Optional<(Swift.Int) -> Swift.String>", "((Int) -> String)?"),
        ("(extension in Cell2):Cell1.Dog.Tail", "Dog.Tail"),
    ])
    func typesReadAsSwiftWritesThem(name: String, text: String) { #expect(TypeName.readable(name) == text) }
}
