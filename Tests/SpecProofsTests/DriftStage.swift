import Files
import JSON
import SpecDocuments
import SpecProofs
import Specs
import Testing
import Verification

/// A project on disk whose feature `003-json-flag` is recorded as proven, to be changed by a test.
struct DriftStage {
    let root: FilePath

    static let commit = String(repeating: "ab", count: 20)

    /// Lends the project after everything in it was recorded.
    static func with<Value>(_ body: (DriftStage) async throws -> Value) async throws -> Value {
        try await FileSystem.withTemporaryDirectory { folder in
            let stage = DriftStage(root: folder)
            for (path, text) in files { try stage.write(text, to: path) }
            try await stage.record()
            return try await body(stage)
        }
    }

    func write(_ text: String, to path: String) throws {
        try FileSystem.createDirectory(root.appending(path).parent)
        try FileSystem.write(text, to: root.appending(path))
    }

    func read(_ path: String) throws -> String { try FileSystem.readText(root.appending(path)) }

    /// Records all that the tests of the project prove, as if every one of them had passed but those of these names.
    func record(failing: Set<String> = [], claimed: Bool = true) async throws {
        let features = try await ProjectFeatures.read(in: root)
        var tests: [SourceTest] = []
        for path in ["tests/test_store.py", "web/store.test.mjs"] {
            let outline = try #require(SourceOutline(Array(try read(path).utf8), path: path))
            tests += SourceTest.all(in: outline, path: path)
        }
        let judge = ProofJudge(
            features: features.features, tests: tests,
            evidence: try Self.evidence(
                tests.map { ($0.title, $0.path, failing.contains($0.title) ? "failed" : "passed") }))
        let recorder = try await LinkRecorder(features, in: nil)
        for feature in features.features {
            _ = try await recorder.record(judge.proof(of: feature), claimed: claimed)
        }
        // What a history would add.
        let path = "specs/003-json-flag/links.json"
        let commit = "{\"task\":\"T001\",\"commit\":\"\(Self.commit)\",\"hash\":\"00\"},\n"
        guard try !read(path).contains(Self.commit) else { return }
        try write(try read(path).replacing("{\"end\":true}", with: commit + "{\"end\":true}"), to: path)
    }

    /// Outcomes by title and file, as one receipt tells them.
    static func evidence(_ cases: [(title: String, file: String, outcome: String)]) throws -> TestEvidence {
        TestEvidence([try result(cases)])
    }

    static func result(
        _ cases: [(title: String, file: String, outcome: String)], adapter: String = "pytest",
        at time: String = "2026-01-01T00:00:00Z",
        status: String = "passed", group: String? = nil
    ) throws -> VerificationResult {
        let tests = cases.map { one in
            "{\(one.file.isEmpty ? "" : "\"file\":\(JSONValue.string(one.file)),")\(group.map { "\"group\":\(JSONValue.string($0))," } ?? "")\"name\":\(JSONValue.string(one.title)),\"outcome\":\"\(one.outcome)\"}"
        }
        let text = """
            {"adapter":"\(adapter)","kind":"unit-tests","folder":"","status":{"\(status)":{}},"excerpt":"","changedPaths":[],
            "report":{"tests":{"_0":{"suites":[{"name":"s","cases":[\(tests.joined(separator: ","))]}]}}},
            "receipt":{"id":"r \(time)","key":"k","adapter":"\(adapter)","kind":"unit-tests","folder":"","command":"c",
            "status":{"\(status)":{}},"exitCode":0,"tree":"t","toolVersion":"1","environment":"e","log":"l","logHash":"h",
            "logBytes":0,"flaky":[],"startedAt":"\(time)","seconds":1,"ranBy":"me"}}
            """
        return try JSONCoding.decode(VerificationResult.self, from: try JSONValue(parsing: text))
    }

    /// What drift finds, without a history.
    func drift(gone: Bool = false) async throws -> [DriftFinding] {
        let features = try await ProjectFeatures.read(in: root)
        var found = try await ProjectDrift.read(features, in: nil).findings
        if gone {
            let feature = try features.find("003")
            let file = try #require(try LinkStore(root: root).read(feature))
            let judge = DriftJudge(
                owner: MentionOwner(features.features), sources: .init(), commits: [Self.commit: .gone])
            found += judge.findings(of: feature, file).filter { $0.rule == .commitGone }
        }
        return found
    }

    // MARK: - The project

    static let files: [String: String] = [
        "specs/003-json-flag/spec.md": """
        # Feature Specification: JSON output

        ## Requirements

        - **FR-001**: The system MUST load what was saved
          and nothing else
        - **FR-002**: The system MUST save an item
        - **FR-003**: The system MUST show items in the browser
        - **FR-AUTH-001**: The system MUST ask who is there

        ## Success Criteria

        - **SC-001**: 95 % of users find it

        """,
        "specs/003-json-flag/plan.md": "# Implementation Plan: JSON output\n\nUse `store.py`.\n",
        "specs/003-json-flag/tasks.md": """
        # Tasks: JSON output

        ## Phase 1

        - [x] T001 Load items in `store.py` (FR-001)
          with care
        - [x] T002 Save items in `store.py` (FR-002)
        - [x] T003 Show items in `web/store.mjs` and `web/style.css` (FR-003)
        - [x] T004 Ask in `auth.py` (FR-AUTH-001)
        - [ ] T005 Polish

        """,
        "specs/004-other/spec.md": """
        # Feature Specification: Other

        - **FR-001**: The system MUST do something else

        """,
        "store.py": """
        LIMIT = 5


        class Store:
            name = "store"

            def load(self):
                return [1]

            def save(self, item):
                # keeps it
                return item


        def helper():
            return 1

        """,
        "auth.py": "def ask():\n    return True\n",
        "web/store.mjs": "export function show(items) {\n  return items;\n}\n",
        "web/style.css": "body { color: red }\n",
        "tests/test_store.py": """
        import unittest


        class StoreTests(unittest.TestCase):
            def test_load(self):
                \"\"\"Proves 003/FR-001.\"\"\"
                self.assertEqual(1, 1)

            # FR-002
            def test_save(self):
                self.assertEqual(2, 2)

            def test_fr_auth_001_asks(self):
                self.assertTrue(True)

        """,
        "web/store.test.mjs": """
        import { test } from "node:test";

        test("FR-003 shows items", () => {
          show([1]);
        });

        """,
    ]
}
