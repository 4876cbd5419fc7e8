// swift-tools-version: 6.2
import PackageDescription

/// One array of flags for every Swift target of the package.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A C library of the system, found through pkg-config.
func system(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

/// A Swift target of one layer and, in `Tests/`, its test target of the same name with `Tests` behind it.
func target(
    _ name: String, in layer: String, _ dependencies: [Target.Dependency] = [], texts: [String] = [],
    testing extra: [Target.Dependency] = []
) -> [Target] {
    [
        .target(
            name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)",
            resources: texts.map { .embedInCode($0) }, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies + extra,
            path: "Tests/\(name)Tests", swiftSettings: strict),
    ]
}

/// A target that only tests use.
func support(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/Support/\(name)", swiftSettings: strict)
}

let systemLibraries: [Target] = [
    .target(name: "CPlatform", path: "Sources/System/CPlatform"),
    .target(name: "CVectors", path: "Sources/System/CVectors"),
    system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev", brew: "sqlite"),
    system("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev", brew: "curl"),
    system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev", brew: "libyaml"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev", brew: "openssl@3"),
    system("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev", brew: "openssl@3"),
    system("CTreeSitter", pkgConfig: "tree-sitter", apt: "libtree-sitter-dev", brew: "tree-sitter"),
    system("CXML", pkgConfig: "libxml-2.0", apt: "libxml2-dev", brew: "libxml2"),
]

let foundations: [[Target]] = [
    target("JSON", in: "Foundations"),
    target("JSONSchema", in: "Foundations", ["JSON"]),
    target("YAML", in: "Foundations", ["CYAML", "JSON"]),
    target("ServerSentEvents", in: "Foundations"),
    target("Templates", in: "Foundations"),
    target("Secrets", in: "Foundations"),
    target("Timekeeping", in: "Foundations"),
    target("Files", in: "Foundations", ["CPlatform"]),
    target("DetachedThreads", in: "Foundations"),
    target("InternetAddresses", in: "Foundations"),
    target("Crypto", in: "Foundations", ["CCrypto"]),
    target("Vectors", in: "Foundations", ["CVectors"]),
    target("Metrics", in: "Foundations", testing: ["Files", "Subprocess"]),
    target("Logs", in: "Foundations", ["JSON", "Timekeeping", "Secrets"]),
    target("SQLite", in: "Foundations", ["CSQLite", "DetachedThreads"]),
    target("Subprocess", in: "Foundations", ["CPlatform", "DetachedThreads", "Files"]),
    target(
        "HTTPClient", in: "Foundations", ["CCurl", "DetachedThreads", "Files"], testing: ["LoopbackHTTP", "Subprocess"]),
    target(
        "HTTPServer", in: "Foundations", ["COpenSSL", "CPlatform", "DetachedThreads", "Files", "ServerSentEvents"],
        testing: ["ServerHarness", "Subprocess"]),
    target("Terminal", in: "Foundations", ["CPlatform"]),
    target("CommandLineKit", in: "Foundations"),
    target("XML", in: "Foundations", ["CXML"]),
    target(
        "SourceTags", in: "Foundations", ["CTreeSitter", "JSON", "Files", "Subprocess"],
        texts: [
            "Queries/bash.scm", "Queries/c-sharp.scm", "Queries/c.scm", "Queries/cpp.scm", "Queries/go.scm",
            "Queries/java.scm", "Queries/javascript.scm", "Queries/php.scm", "Queries/python.scm", "Queries/ruby.scm",
            "Queries/rust.scm", "Queries/swift.scm", "Queries/tsx.scm", "Queries/typescript.scm",
        ]),
]

let domain: [[Target]] = [
    target("Identity", in: "Domain", ["Timekeeping"]),
    target("Money", in: "Domain"),
    target("Conversation", in: "Domain", ["JSON", "Money"]),
    target(
        "WireFormats", in: "Domain", ["Batches", "Conversation", "JSON", "ServerSentEvents"], testing: ["Subprocess"]),
    target("Policy", in: "Domain"),
    target("Edits", in: "Domain"),
    target("SpecDocuments", in: "Domain"),
    target("QualityReports", in: "Domain", ["JSON", "XML"]),
    target("IntegrationRoles", in: "Domain", ["JSON"]),
    target(
        "Workflows", in: "Domain", ["IntegrationRoles", "JSON", "JSONSchema", "YAML", "Timekeeping", "Secrets"],
        testing: ["Files"]),
    target("Batches", in: "Domain", ["Conversation", "Identity", "Timekeeping"], testing: ["JSON"]),
    target(
        "Runs", in: "Domain", ["Identity", "Money", "Conversation", "Timekeeping", "JSON", "JSONSchema", "Workflows"]),
    target(
        "ServedCalls", in: "Domain",
        ["Batches", "Crypto", "Identity", "Money", "Conversation", "Timekeeping", "Runs", "JSON"]),
]

let services: [[Target]] = [
    target(
        "Settings", in: "Services",
        ["YAML", "Crypto", "Files", "InternetAddresses", "Money", "Policy", "ProjectTrust", "Runs", "Secrets"]),
    target(
        "Storage", in: "Services",
        [
            "SQLite", "JSON", "Runs", "Identity", "Money", "Timekeeping", "Conversation", "Files", "Batches",
            "ServedCalls",
            "Crypto",
        ]),
    target(
        "Keys", in: "Services",
        [
            "ServedCalls", "Metrics", "Crypto", "Policy", "Secrets", "Runs", "Identity", "Money", "Timekeeping",
            "Conversation", "JSON",
        ],
        testing: ["Storage", "SQLite", "Files", "Subprocess", "LedgerWorker"]),
    target(
        "Serving", in: "Services",
        [
            "Gateway", "Keys", "ServedCalls", "ResponseCache", "WireFormats", "Conversation", "Money", "Timekeeping",
            "Runs", "Batches", "Files", "Identity", "JSON",
        ],
        testing: ["Storage", "Metrics"]),
    target(
        "Providers", in: "Services",
        [
            "HTTPClient", "ServerSentEvents", "JSON", "Batches", "Conversation", "Timekeeping", "WireFormats",
            "Secrets",
            "Files",
        ],
        testing: ["LoopbackHTTP", "FakeModelServer"]),
    target(
        "Gateway", in: "Services",
        [
            "Edits", "JSON", "YAML", "Conversation", "Money", "Runs", "Identity", "Timekeeping", "Batches", "Files",
            "ResponseCache",
        ],
        texts: ["Catalogue/models.yaml"],
        testing: ["Storage", "Providers", "HTTPClient", "Secrets", "FakeModelServer", "LoopbackHTTP"]),
    target(
        "Tools", in: "Services",
        ["JSON", "JSONSchema", "Conversation", "Edits", "Policy", "Files", "Subprocess"],
        texts: [
            "FindSymbol/FindSymbolTool.md", "ReadFile/ReadFileTool.md", "ListFiles/ListFilesTool.md",
            "Search/SearchTool.md", "EditFile/EditFileTool.md", "ApplyPatch/ApplyPatchTool.md",
            "WriteFile/WriteFileTool.md", "RunCommand/RunCommandTool.md",
            "AskUser/AskUserTool.md", "SpawnAgent/SpawnAgentTool.md", "Finish/FinishTool.md", "Verify/RunUnitTests.md",
            "Verify/RunIntegrationTests.md", "Verify/CheckCodeCoverage.md", "Verify/RunLinter.md", "Verify/FixLint.md",
            "Verify/CheckSecurity.md", "Verify/AnalyzeComplexity.md", "Verify/CheckDependencies.md",
            "Verify/PerformanceTest.md", "Specs/AnalyzeSpecsTool.md", "Specs/ShowSpecTool.md",
        ]),
    target(
        "ResponseCache", in: "Services",
        ["Vectors", "Conversation", "JSON", "Crypto", "SQLite", "Timekeeping", "Money", "Files"],
        testing: ["Subprocess"]),
    target("ProjectTrust", in: "Services", ["Files", "JSON"]),
    target("Hooks", in: "Services", ["YAML", "JSON", "Files", "Crypto", "ProjectTrust", "Secrets", "Policy"]),
    target(
        "AgentRuntime", in: "Services",
        [
            "Gateway", "Tools", "Hooks", "Conversation", "Runs", "Identity", "Money", "Timekeeping", "Policy", "Files",
            "Crypto",
            "JSON", "YAML",
        ],
        texts: [
            "Agents/planner.md", "Agents/architect.md", "Agents/developer.md", "Agents/reviewer.md",
            "Agents/explorer.md",
            "Context/compact.md",
        ],
        testing: ["Storage"]),
    target(
        "Specs", in: "Services", ["Crypto", "Edits", "Files", "JSON", "Runs", "SpecDocuments", "Templates"],
        texts: [
            "Documents/spec-template.md", "Documents/plan-template.md", "Documents/tasks-template.md",
            "Documents/constitution-template.md", "Documents/checklist-template.md", "Documents/research-template.md",
            "Documents/quickstart-template.md", "Documents/data-model-template.md", "Documents/delta-template.md",
            "Presets/standard-spec.md", "Presets/standard-plan.md", "Presets/standard-tasks.md",
            "Presets/minimal-spec.md", "Presets/minimal-plan.md", "Presets/minimal-tasks.md",
        ]),
    target(
        "SpecProofs", in: "Services",
        [
            "Specs", "SpecDocuments", "SourceTags", "QualityReports", "Verification", "Workbench", "Files", "Crypto",
            "JSON",
        ],
        testing: ["Subprocess"]),
    target(
        "WorkflowLibrary", in: "Services", ["Workflows", "Files", "YAML", "JSON"],
        texts: [
            "Workflows/spec-driven.yaml", "Workflows/standard-dev.yaml", "Workflows/hotfix.yaml",
            "Workflows/documentation-only.yaml", "Workflows/review.yaml", "Workflows/bug.yaml",
            "Workflows/specs-new.yaml", "Workflows/specs-clarify.yaml", "Workflows/specs-plan.yaml",
            "Workflows/specs-checklist.yaml", "Workflows/specs-tasks.yaml", "Workflows/specs-converge.yaml",
            "Workflows/specs-meaning.yaml",
        ],
        testing: ["JSONSchema"]),
    target(
        "Workbench", in: "Services",
        [
            "Subprocess", "DetachedThreads", "Files", "InternetAddresses", "Crypto", "JSON", "Policy", "Runs",
            "Identity", "Timekeeping",
        ]),
    target(
        "Verification", in: "Services",
        [
            "QualityReports", "Workbench", "Subprocess", "Files", "Crypto", "JSON", "Policy", "Runs", "Identity",
            "Timekeeping",
        ]),
    target(
        "RepoMap", in: "Services", ["SourceTags", "SQLite", "Files", "Subprocess", "Crypto", "JSON", "Policy"]),
    target(
        "WebPages", in: "Services", ["HTTPClient", "InternetAddresses", "XML", "Files", "Policy"],
        testing: ["LoopbackHTTP"]),
    target(
        "WorkflowEngine", in: "Services",
        [
            "AgentRuntime", "Gateway", "Tools", "Specs", "SpecProofs", "Workbench", "SpecDocuments", "Templates",
            "Files",
            "Conversation", "Runs", "Identity", "Money", "Timekeeping", "Policy", "Verification", "Workflows", "JSON",
            "JSONSchema", "Hooks", "Secrets", "IntegrationRoles", "QualityReports", "Crypto",
        ],
        texts: [
            "Prompts/specify.md", "Prompts/plan.md", "Prompts/tasks.md", "Prompts/feature.md",
            "Prompts/implement.md", "Prompts/repair.md", "Prompts/work.md",
            "Prompts/verification-failed.md", "Prompts/document-faults.md", "Prompts/join-conflict.md",
            "Prompts/describe.md", "Prompts/checklist.md", "Prompts/clarify.md", "Prompts/clarify-answers.md",
            "Prompts/converge.md", "Prompts/meaning.md", "Prompts/unfit-answer.md",
        ],
        testing: ["Storage", "Providers", "FakeModelServer", "Subprocess"]),
]

let surfaces: [[Target]] = [
    target(
        "ServerAPI", in: "Surfaces",
        [
            "HTTPServer", "Serving", "Keys", "ServedCalls", "ResponseCache", "WireFormats", "Conversation", "Metrics",
            "ServerSentEvents", "JSON", "Identity", "Timekeeping", "Gateway",
        ],
        testing: ["Storage", "Files", "Money", "Runs"]),
    target(
        "Commands", in: "Surfaces",
        [
            "ServerAPI", "Serving", "HTTPServer", "InternetAddresses", "Metrics", "ServedCalls", "Keys", "Batches",
            "CommandLineKit", "Terminal", "JSON", "Files", "Secrets", "Timekeeping", "SQLite", "Conversation",
            "Edits", "Identity", "Money", "Policy", "Crypto",
            "Runs", "Workflows", "AgentRuntime", "Gateway", "Hooks", "QualityReports", "RepoMap", "ResponseCache",
            "SourceTags",
            "Settings",
            "SpecDocuments", "SpecProofs", "Specs",
            "Storage",
            "Subprocess",
            "Verification", "WebPages", "Workbench",
            "WorkflowEngine", "WorkflowLibrary", "Tools", "Examples",
        ],
        texts: ["Setup/config-template.yaml"]),
]

/// The project and the recorded session that `vencejo demo` carries in the program.
let examples = Target.target(
    name: "Examples", path: "Examples",
    resources: [
        .embedInCode("todo/todo.py"), .embedInCode("todo/store.py"), .embedInCode("todo/README.md"),
        .embedInCode("todo/tests/test_todo.py"),
        .embedInCode("todo/tests/test_store.py"), .embedInCode("todo-session.jsonl"),
    ],
    swiftSettings: strict)

let program = Target.executableTarget(
    name: "vencejo",
    dependencies: [
        "Commands", "CommandLineKit", "Terminal", "Files", "JSON", "HTTPClient", "Subprocess", "Secrets", "Timekeeping",
        "Conversation", "Edits", "Identity", "Money", "Policy", "Runs", "AgentRuntime", "Gateway", "Hooks", "Providers",
        "Settings", "SpecDocuments", "SpecProofs", "Specs", "Verification",
        "Storage", "RepoMap", "SourceTags", "Tools", "Workbench", "WorkflowEngine", "WorkflowLibrary", "Workflows",
        "Crypto", "Keys", "ResponseCache", "ServedCalls", "Batches",
    ],
    path: "Sources/vencejo", swiftSettings: strict)

/// A process of its own that makes calls on a ledger, for tests that run several and kill them.
let ledgerWorker = Target.executableTarget(
    name: "LedgerWorker",
    dependencies: [
        "Keys", "ServedCalls", "Storage", "Runs", "Identity", "Money", "Timekeeping", "Conversation",
    ],
    path: "Tests/Support/LedgerWorker", swiftSettings: strict)

let package = Package(
    name: "vencejo",
    platforms: [.macOS(.v15)],
    targets: systemLibraries + (foundations + domain + services + surfaces).flatMap(\.self)
        + [
            examples, program, ledgerWorker, support("LoopbackHTTP"), support("ServerHarness", ["HTTPServer"]),
            support("FakeModelServer", ["LoopbackHTTP", "JSON"]),
            .testTarget(
                name: "EndToEndTests",
                dependencies: [
                    "vencejo", "FakeModelServer", "LoopbackHTTP", "Examples", "JSON", "Files", "Subprocess", "Storage",
                    "Runs", "Identity", "Timekeeping", "ResponseCache", "SQLite",
                ],
                path: "Tests/EndToEndTests", swiftSettings: strict),
        ]
)
