import Files
import Testing

@testable import Verification

@Suite struct VerificationPlanTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var files: [String: String]
        var kind: VerificationKind
        var adapters: [String]
        var testDescription: String { "\(kind.rawValue) of \(files.keys.sorted())" }
    }

    private func plan(_ files: [String: String], _ query: VerificationQuery) throws -> [VerificationPlan.Item] {
        try FileSystem.withTemporaryDirectory { folder in
            for (path, text) in files {
                try FileSystem.createDirectory((folder / path).parent)
                try FileSystem.write(text, to: folder / path)
            }
            return VerificationPlan(query, in: folder).items
        }
    }

    static let pytest = ["pyproject.toml": "[tool.pytest.ini_options]\n"]
    static let node = ["package.json": #"{"scripts":{"test":"node --test"},"devDependencies":{"eslint":"9"}}"#]
    static let jest = [
        "package.json": #"{"scripts":{"test":"jest","test:integration":"x"},"devDependencies":{"jest":"29"}}"#
    ]
    static let rust = ["Cargo.toml": "[package]\n", "Cargo.lock": "", "benches/a.rs": ""]

    @Test(arguments: [
        Case(files: pytest, kind: .unitTests, adapters: ["pytest"]),
        Case(files: ["tests/test_a.py": "import unittest\n"], kind: .unitTests, adapters: ["unittest"]),
        Case(files: pytest, kind: .coverage, adapters: ["coverage.py"]),
        Case(files: pytest, kind: .lint, adapters: ["ruff"]),
        Case(files: pytest, kind: .security, adapters: ["bandit", "gitleaks"]),
        Case(files: pytest, kind: .complexity, adapters: ["radon"]),
        Case(files: pytest.merging(["web/a.ts": ""]) { $1 }, kind: .complexity, adapters: ["radon", "lizard"]),
        Case(files: ["src/main.c": ""], kind: .complexity, adapters: ["lizard"]),
        Case(files: ["tools/a.py": ""], kind: .complexity, adapters: ["lizard"]),
        Case(files: ["README.md": "", "vendor/a.c": ""], kind: .complexity, adapters: []),
        Case(files: pytest, kind: .dependencies, adapters: ["pip-audit"]),
        Case(files: pytest, kind: .integrationTests, adapters: []),
        Case(files: node, kind: .unitTests, adapters: ["node --test"]),
        Case(files: node, kind: .lint, adapters: ["eslint"]),
        Case(files: jest, kind: .unitTests, adapters: ["jest"]),
        Case(files: jest, kind: .integrationTests, adapters: ["npm run test:integration"]),
        Case(files: ["package.json": "{}"], kind: .lint, adapters: []),
        Case(files: ["go.mod": ""], kind: .unitTests, adapters: ["go test"]),
        Case(files: ["go.mod": ""], kind: .lint, adapters: ["go vet", "staticcheck"]),
        Case(files: rust, kind: .unitTests, adapters: ["cargo test"]),
        Case(files: rust, kind: .lint, adapters: ["clippy"]),
        Case(files: rust, kind: .dependencies, adapters: ["cargo audit"]),
        Case(files: rust, kind: .performance, adapters: ["cargo bench"]),
        Case(files: ["Package.swift": "", "Tests/a": ""], kind: .unitTests, adapters: ["swift test"]),
        Case(files: ["Makefile": "test:\n\ttrue\n"], kind: .unitTests, adapters: ["make-test"]),
        Case(files: ["pom.xml": ""], kind: .unitTests, adapters: ["maven-test"]),
        Case(files: ["README.md": ""], kind: .unitTests, adapters: []),
    ])
    func `Marker files decide which programs judge a project`(_ example: Case) throws {
        let items = try plan(example.files, VerificationQuery(kinds: [example.kind]))
        #expect(items.map(\.adapter.name) == example.adapters)
    }

    @Test func `Paths go to the part that holds them, in its own words`() throws {
        let files = [
            "api/pyproject.toml": "[tool.pytest.ini_options]\n", "web/package.json": Self.node["package.json"] ?? "",
        ]
        let items = try plan(
            files, VerificationQuery(kinds: [.unitTests], paths: ["api/tests/test_a.py", "web"]))
        #expect(
            items.map { "\($0.adapter.name) \($0.part.folder) \($0.paths)" } == [
                #"pytest api ["tests/test_a.py"]"#, #"node --test web ["."]"#,
            ])
    }

    @Test(arguments: ["/etc/passwd", "../x", "a/../../x", "-rf", "", "a\u{0}b"])
    func `A path that leads out or looks like an option is refused`(_ path: String) {
        #expect(throws: VerificationError.self) {
            try VerificationQuery(kinds: [.lint], paths: [path]).check()
        }
    }

    @Test func `Every text that is not the adapter's own is quoted`() throws {
        let part = ProjectPart(project: "/p", folder: "", ecosystem: .python)
        var call = Invocation(programWords: ["/it's/python", "-m", "pytest"], scratch: "/s c", part: part)
        call.paths = ["tests/$(touch x).py"]
        call.filter = "a'; rm -rf b"
        let adapter = try #require(AdapterCatalogue.all.first { $0.name == "pytest" && $0.kind == .unitTests })
        #expect(
            adapter.command(call)
                == #"'/it'\''s/python' -m pytest -q -p no:cacheprovider --rootdir=. -o junit_family=xunit1 "#
                + #"--junitxml='/s c/pytest.xml' -k 'a'\''; rm -rf b' 'tests/$(touch x).py'"#)
    }
}
