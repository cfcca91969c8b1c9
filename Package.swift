// swift-tools-version: 6.1
import Foundation
import PackageDescription

// Cells are read with the SwiftParser that ships inside the toolchain: nothing to download and nothing to build.
// The manifest runs inside that same toolchain, so its own library tells where the toolchain is.
let toolchain: String = {
    if let named = Context.environment["SWIFT_TOOLCHAIN"] { return named }
    let data = try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()
    let maps = String(decoding: data ?? Data(), as: UTF8.self)
    for line in maps.split(separator: "\n") where line.hasSuffix("/libPackageDescription.so") {
        let path = line[(line.firstIndex(of: "/") ?? line.startIndex)...]
        if let end = path.range(of: "/lib/swift/pm/") { return String(path[..<end.lowerBound]) }
    }
    return "/usr"
}()
let hostLibraries = toolchain + "/lib/swift/host"

let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-I", hostLibraries]),
    // This optimisation of Swift 6.3 drops bounds checks that are needed: `l[i] + l[i + 1]` reads past the end.
    .unsafeFlags(["-Xllvm", "-sil-disable-pass=bcopts"]),
]
/// C code is compiled with full optimisation in every configuration: a debug build trains at the same speed.
let optimised: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno"])]

func module(
    _ name: String, _ dependencies: [Target.Dependency], swift: [SwiftSetting] = [], linker: [LinkerSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: common + swift, linkerSettings: linker)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: common)
}

let package = Package(
    name: "swiftlet",
    products: [
        .library(name: "Swiftlet", targets: ["Swiftlet"]),
        .executable(name: "swiftlet", targets: ["swiftlet"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // Floor 0: other people's libraries, and the little C that Swift cannot say.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CZeroMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
        .systemLibrary(name: "CGraphviz", pkgConfig: "libgvc", providers: [.apt(["libgraphviz-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CKernels", cSettings: optimised, linkerSettings: [.linkedLibrary("m")]),
        .target(name: "CWorker", cSettings: optimised + [.unsafeFlags(["-fblocks"])]),

        // Floor 1: values, and what carries them between processes.
        module("Tensors", ["CKernels", "COpenBLAS", "CZlib"]),
        module("JupyterWire", ["CSodium"]),
        module("WorkerProtocol", []),
        module("Processes", ["CWorker"]),

        // Floor 2: what is made of them.
        module("Datasets", ["Tensors", "CZlib"]),
        module("Plots", ["Tensors", "CCairo", "CGraphviz", "CPNG"]),
        module("Notebook", ["Tensors", "WorkerProtocol"]),
        module(
            "Cells", ["WorkerProtocol", "Processes", "CWorker", "CSodium"],
            linker: [
                .unsafeFlags(["-L", hostLibraries, "-Xlinker", "-rpath", "-Xlinker", hostLibraries]),
                .linkedLibrary("SwiftSyntax"), .linkedLibrary("SwiftParser"), .linkedLibrary("SwiftParserDiagnostics"),
                .linkedLibrary("SwiftOperators"), .linkedLibrary("SwiftDiagnostics"), .linkedLibrary("SwiftIfConfig"),
            ]),

        // Floor 3: networks and the two processes that run cells.
        module("Networks", ["Datasets", "Tensors", "CKernels"]),
        module(
            "JupyterKernel", ["Cells", "JupyterWire", "WorkerProtocol", "Processes", "CWorker", "CZeroMQ", "CSQLite"],
            // Its tests reach what no other module needs, in release builds too.
            swift: [.unsafeFlags(["-enable-testing"])]),
        module("Worker", ["Notebook", "Tensors", "WorkerProtocol", "Processes", "CWorker"]),

        // Floor 4: networks of the literature.
        module("Architectures", ["Networks", "Tensors"]),

        // Floor 5: what a cell imports.
        module("Swiftlet", ["Tensors", "Networks", "Architectures", "Datasets", "Plots", "Notebook"]),

        // Floor 6: the command. Cells find the library in the running program: every symbol is exported.
        .executableTarget(
            name: "swiftlet",
            dependencies: [
                "Swiftlet", "JupyterKernel", "Worker", "Cells",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/swiftlet-cli", swiftSettings: common,
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic", "-Xlinker", "--no-gc-sections"])]),

        // The course's workloads, timed as the peers' scripts time them.
        .executableTarget(
            name: "swiftlet-bench", dependencies: ["Architectures", "Networks", "Tensors"],
            path: "Sources/Benchmarks", swiftSettings: common),

        // What tests of numbers share: the fixtures, and how they are compared.
        .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/Support", swiftSettings: common),
        tests("Tensors", ["CKernels", "TestSupport"]),
        tests("Networks", ["Architectures", "Datasets", "Tensors", "TestSupport"]),
        tests("Architectures", ["Networks", "Tensors", "TestSupport"]),
        tests("Datasets", ["Tensors", "CZlib", "TestSupport"]),
        tests("Plots", ["Tensors"]),
        tests("Swiftlet", ["Tensors", "Networks", "Notebook", "Plots", "Datasets", "TestSupport"]),
        tests("JupyterWire"), tests("WorkerProtocol"), tests("Processes", ["CWorker", "WorkerProtocol"]),
        tests("Notebook"), tests("Cells", ["WorkerProtocol"]),
        tests("JupyterKernel", ["JupyterWire", "WorkerProtocol", "Processes", "CWorker", "CZeroMQ"]),
        tests("Worker", ["Processes", "WorkerProtocol", "CWorker"]),
    ]
)
