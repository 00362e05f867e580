// swift-tools-version: 6.2
import PackageDescription

let release = BuildSettingCondition.when(configuration: .release)
let swift: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-static-executable", "-Xfrontend", "-function-sections"], release),
    // Types are made known by calls, not by parsing their names: half a million instructions less in each submit.
    .unsafeFlags(["-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"], release),
]
/// Searching text by regular expressions would cost two megabytes in each program, tasks of Swift's concurrency (one
/// thread has no use for them) most of another and the start of a thread pool.
let sources =
    swift + [
        .unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"]),
        .unsafeFlags(["-Xfrontend", "-disable-implicit-concurrency-module-import"]),
    ]
/// Release binaries are fully static, so that they run on a machine without Swift and start in a millisecond.
let link: [LinkerSetting] = [
    .unsafeFlags(["-static-executable", "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "-s"], release),
    // What runs in each start lies side by side: see bench/order.
    .unsafeFlags(
        [
            "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/Sources/link-order.txt",
            "-Xlinker", "--no-warn-symbol-ordering",
        ], release),
]

let package = Package(
    name: "koubou",
    products: [
        .executable(name: "koubouctl", targets: ["koubouctl"]),
        .executable(name: "kouboud", targets: ["kouboud"]),
        .executable(name: "koubou-worker", targets: ["koubou-worker"]),
    ],
    targets: [
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CLinux"),
        .target(name: "KoubouCore", dependencies: ["CSQLite", "CLinux"], swiftSettings: sources),
        .executableTarget(
            name: "koubouctl", dependencies: ["KoubouCore"], swiftSettings: sources, linkerSettings: link),
        .executableTarget(name: "kouboud", dependencies: ["KoubouCore"], swiftSettings: sources, linkerSettings: link),
        .executableTarget(
            name: "koubou-worker", dependencies: ["KoubouCore"], swiftSettings: sources, linkerSettings: link),
        // Not a product: it compares rules of scaling, and is not installed.
        .executableTarget(
            name: "koubou-simulate", dependencies: ["KoubouCore"], path: "bench/scaling", exclude: ["real.tsv"],
            swiftSettings: sources, linkerSettings: link),
        .target(name: "ParserFuzz", dependencies: ["KoubouCore"], path: "Tests/ParserFuzz", swiftSettings: swift),
        // Not a product either: the long form of the tests that mangle bytes.
        .executableTarget(
            name: "koubou-fuzz", dependencies: ["KoubouCore", "ParserFuzz"], path: "Tests/Fuzz", swiftSettings: swift,
            linkerSettings: link),
        .testTarget(name: "KoubouCoreTests", dependencies: ["KoubouCore", "ParserFuzz"], swiftSettings: swift),
        .testTarget(
            name: "EndToEndTests", dependencies: ["KoubouCore", "koubouctl", "kouboud", "koubou-worker"],
            exclude: ["Golden"], swiftSettings: swift),
    ],
    swiftLanguageModes: [.v6]
)
