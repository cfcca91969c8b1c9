import JupyterKernel
import Testing

@Suite struct PackageRequestTests {
    private let algorithms = "https://github.com/apple/swift-algorithms"

    @Test(arguments: [
        "https://github.com/apple/swift-algorithms from: \"1.2.0\"",
        "url: \"https://github.com/apple/swift-algorithms\", from: \"1.2\"",
        ".package(url: \"https://github.com/apple/swift-algorithms\", from: \"1.2.0\")",
        "https://github.com/apple/swift-algorithms from: 1.2",
    ])
    func aRepositoryAndAVersion(text: String) throws {
        let request = try PackageRequest(text)
        #expect(request.location == .repository(url: algorithms, requirement: "from: \"1.2.0\""))
        #expect(request.products.isEmpty && request.name == "swift-algorithms")
    }

    @Test(arguments: [
        "exact: \"1.0.0-beta.2\"": "exact: \"1.0.0-beta.2\"", "branch: main": "branch: \"main\"",
        "revision: \"abc\"": "revision: \"abc\"",
        "from:\"2\"": "from: \"2.0.0\"",
    ])
    func requirements(text: String, requirement: String) throws {
        let request = try PackageRequest("git@example.org:a/b.git \(text)")
        #expect(
            request.location == .repository(url: "git@example.org:a/b.git", requirement: requirement)
                && request.name == "b")
    }

    @Test(arguments: ["path: ../local", "path: \"../local\"", "../local", ".package(path: \"../local\")"])
    func aFolder(text: String) throws { #expect(try PackageRequest(text).location == .folder(path: "../local")) }

    @Test func productsMayFollow() throws {
        #expect(try PackageRequest("path: ../local A B").products == ["A", "B"])
        #expect(try PackageRequest("\(algorithms) from: \"1.0\" products: [\"A\", \"B\"]").products == ["A", "B"])
        #expect(try PackageRequest("\(algorithms), branch: \"main\", product: \"A\"").products == ["A"])
    }

    @Test(arguments: [
        ("", "%package needs a package"),
        ("https://a.b/c", "%package needs a version requirement for https://a.b/c"),
        ("https://a.b/c from: \"new\"", "\"new\" is not a version"),
        ("https://a.b/c form: \"1.0\"", "there is no requirement form:"),
        ("path: a from: \"1.0\"", "a package in a folder takes no version requirement"),
        ("path: a url: \"https://a.b/c\" from: \"1\"", "a package is either in a folder or in a repository"),
    ])
    func mistakes(text: String, message: String) {
        let error = #expect(throws: CommandError.self) { try PackageRequest(text) }
        #expect(error?.message == message)
        #expect(error?.hint != nil)
    }
}
