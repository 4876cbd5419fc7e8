import Files
import SpecDocuments
import SpecProofs
import Specs
import Testing

@Suite("Proof")
struct ProofTests {
    // MARK: - Mentions

    @Test(
        "code names a requirement in many ways",
        arguments: [
            ("FR-003", ["FR-003"]), ("// FR-003, FR-4", ["FR-003", "FR-004"]), ("test_fr_003_lists", ["FR-003"]),
            ("testFR003Lists", ["FR-003"]), ("test_FR003", ["FR-003"]), ("FR_003", ["FR-003"]),
            ("003/FR-001", ["003 FR-001"]), ("003-json-flag/FR-001", ["003-json-flag FR-001"]),
            ("specs/003-json-flag/FR-001", ["003-json-flag FR-001"]), ("test_003_fr_001_x", ["003 FR-001"]),
            ("FR-AUTH-001", ["FR-AUTH-001"]), ("test_fr_auth_001", ["FR-AUTH-001"]), ("@covers(SC-001)", ["SC-001"]),
            ("NFR-002a", ["NFR-002a"]), ("`FR-003`: it lists", ["FR-003"]),
            ("shellcheck disable=SC2086", []), ("buffer_1", []), ("FR-", []), ("AFR-001", []), ("from 3", []),
            ("FR-003x12", []), ("utf-8", []), ("SC1", []), ("fr003", []),
        ])
    func mentions(_ text: String, _ wanted: [String]) {
        let found = StatementMentions.find(in: text).map { mention in
            "\(mention.feature.map { $0 + " " } ?? "")\(mention.key)"
        }
        #expect(found == wanted)
    }

    @Test(
        "a test of the same name elsewhere proves nothing",
        arguments: [
            ("unittest", "tests/a/test_x.py", "tests.a.test_x.XTests", "tests.b.test_x.XTests"),
            ("unittest", "tests/test_x.py", "test_x.XTests", "test_y.XTests"),
            ("go test", "a/a_test.go", "example.com/m/a", "example.com/m/b"),
            ("cargo test", "src/a.rs", "a::tests", "b::tests"),
        ])
    func elsewhere(adapter: String, path: String, own: String, other: String) throws {
        let text =
            switch adapter {
            case "go test": "package a\n\n// FR-001\nfunc TestLoad(t *testing.T) {\n}\n"
            case "cargo test": "mod tests {\n    // FR-001\n    #[test]\n    fn lists() {\n    }\n}\n"
            default: "class XTests:\n    # FR-001\n    def test_list(self):\n        pass\n"
            }
        let outline = try #require(SourceOutline(Array(text.utf8), path: path))
        let test = try #require(SourceTest.all(in: outline, path: path).first)
        for (group, outcome) in [(own, TestEvidence.Outcome.passed), (other, .unknown)] {
            let report = try DriftStage.result([(test.title, "", "passed")], adapter: adapter, group: group)
            #expect(TestEvidence([report]).outcomes(of: [test])[test]?.outcome == outcome, "\(group)")
        }
    }

    @Test("a test names what stands above it, in its name, attributes, docstring and the groups around it")
    func places() throws {
        let text = """
            # FR-009: what the file is about

            # FR-001
            class StoreTests:
                \"\"\"About FR-002.\"\"\"

                @covers("FR-003")
                # FR-004–FR-006
                def test_fr_007(self):
                    \"\"\"FR-008.\"\"\"
                    x = "FR-010"
                    # FR-011
            """
        let outline = try #require(SourceOutline(Array(text.utf8), path: "test_a.py"))
        let test = try #require(SourceTest.all(in: outline, path: "test_a.py").first)
        #expect(
            Set(test.mentions.map { "\($0.key)" })
                == ["FR-001", "FR-002", "FR-003", "FR-004", "FR-005", "FR-006", "FR-007", "FR-008"])
    }

    // MARK: - Whose requirement

    private func feature(_ name: String, _ ids: [String], tasks: String = "") async throws -> [String: String] {
        [
            "specs/\(name)/spec.md": "# Spec: \(name)\n\n"
                + ids.map { "- **\($0)**: The system MUST \(name)\n" }.joined(),
            "specs/\(name)/tasks.md": "# Tasks: \(name)\n\n- [x] T001 Do it \(tasks)\n",
        ]
    }

    private func features(_ files: [String: String], _ body: (ProjectFeatures) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            for (path, text) in files {
                try FileSystem.createDirectory(folder.appending(path).parent)
                try FileSystem.write(text, to: folder.appending(path))
            }
            try await body(try await ProjectFeatures.read(in: folder))
        }
    }

    @Test("a mention means one feature, or none")
    func owners() async throws {
        var files = try await feature(
            "003-json", ["FR-001", "FR-002"], tasks: "in tests/test_a.py and tests/shared.py")
        files.merge(try await feature("004-list", ["FR-001"], tasks: "in tests/list/ and tests/shared.py")) { $1 }
        try await features(files) { project in
            let owner = MentionOwner(project.features)
            func owned(_ id: String, _ path: String, top: String? = nil) -> String? {
                StatementMentions.find(in: id).first.flatMap { owner.feature(of: $0, in: path, top: top) }
            }
            #expect(owned("FR-002", "x/other.py") == "003-json")
            #expect(owned("FR-001", "x/other.py") == nil)
            #expect(owned("003/FR-001", "x/other.py") == "003-json")
            #expect(owned("004-list/FR-001", "x/other.py") == "004-list")
            #expect(owned("004/FR-002", "x/other.py") == nil)
            #expect(owned("FR-001", "tests/test_a.py") == "003-json")
            #expect(owned("FR-001", "tests/list/test_b.py") == "004-list")
            #expect(owned("FR-001", "tests/shared.py") == nil)
            #expect(owned("FR-001", "x/other.py", top: "004-list") == "004-list")
            #expect(owned("003/FR-001", "x/other.py", top: "004-list") == "003-json")
            #expect(owned("FR-009", "x/other.py") == nil)
            // A word before the slash that is no feature says nothing.
            #expect(owned("and/FR-002", "x/other.py") == "003-json")
        }
    }

    // MARK: - States

    private static let source = """
        # FR-001
        def test_load():
            pass

        # FR-002
        def test_save():
            pass

        # FR-002
        def test_save_more():
            pass

        # FR-003
        def test_drop():
            pass
        """

    private func states(
        _ cases: [(title: String, file: String, outcome: String)], tasks: String = "- [ ] T001 Do FR-003\n",
        source: String = ProofTests.source
    ) async throws -> [String] {
        var result: [String] = []
        let files = [
            "specs/003-json/spec.md":
                "# Spec: x\n\n- **FR-001**: MUST a\n- **FR-002**: MUST b\n- **FR-003**: MUST c\n",
            "specs/003-json/tasks.md": "# Tasks: x\n\n\(tasks)",
        ]
        try await features(files) { project in
            let outline = try #require(SourceOutline(Array(source.utf8), path: "tests/test_a.py"))
            let judge = ProofJudge(
                features: project.features, tests: SourceTest.all(in: outline, path: "tests/test_a.py"),
                evidence: try DriftStage.evidence(cases))
            result = judge.proof(of: project.features[0]).requirements.map { "\($0.statement.id) \($0.state.rawValue)" }
        }
        return result
    }

    private static let file = "tests/test_a.py"

    @Test("a requirement is proven by a test that passed, and by none that came out otherwise")
    func proven() async throws {
        let all = [
            ("test_load", Self.file, "passed"), ("test_save", Self.file, "passed"),
            ("test_save_more", Self.file, "failed"), ("test_drop", Self.file, "skipped"),
        ]
        #expect(try await states(all) == ["FR-001 proven", "FR-002 open", "FR-003 open"])
        let flaky = [("test_load", Self.file, "flaky")]
        #expect(try await states(flaky) == ["FR-001 open", "FR-002 open", "FR-003 open"])
        let partly = [("test_save", Self.file, "passed"), ("test_save_more", Self.file, "skipped")]
        #expect(try await states(partly) == ["FR-001 open", "FR-002 proven", "FR-003 open"])
    }

    @Test("a requirement is claimed when every task that names it is ticked")
    func claimed() async throws {
        let tasks = "- [x] T001 Do FR-001–FR-002\n- [ ] T002 Do more of FR-002\n- [x] T003 Do FR-003\n"
        #expect(try await states([], tasks: tasks) == ["FR-001 claimed", "FR-002 open", "FR-003 claimed"])
    }

    @Test("a case that may be two tests tells of neither")
    func ambiguous() async throws {
        let twice =
            "class A:\n    # FR-001\n    def test_x(self):\n        pass\nclass B:\n    # FR-002\n    def test_x(self):\n        pass\n"
        #expect(
            try await states([("test_x", Self.file, "passed")], source: twice)
                == ["FR-001 open", "FR-002 open", "FR-003 open"])
        // Another file's test of the same name is none of these.
        #expect(
            try await states([("test_load", "tests/test_b.py", "passed")]) == [
                "FR-001 open", "FR-002 open", "FR-003 open",
            ])
        #expect(
            try await states([("test_load[1-2]", "/build/tests/test_a.py", "passed")])
                == ["FR-001 proven", "FR-002 open", "FR-003 open"])
    }

    @Test(
        "tests in words are known as reporters write them",
        arguments: [
            (
                "go", "a_test.go",
                "func TestLoad(t *testing.T) {\n\tt.Run(\"FR-001 it loads\", func(t *testing.T) {\n\t})\n}\n",
                "TestLoad/FR-001_it_loads"
            ),
            ("node", "a.test.js", "test(\"FR-001 it loads\", () => {\n});\n", "FR-001 it loads"),
            (
                "jest", "a.test.js",
                "describe(\"s\", () => {\n  it.each([1])(\"FR-001 keeps %s\", () => {\n  });\n});\n", "FR-001 keeps 12"
            ),
            ("swift", "A.swift", "@Test(\"FR-001 loads\") func loads() {\n}\n", "loads()"),
            ("swift", "A.swift", "// FR-001\n@Test func `it loads`() {\n}\n", "`it loads`()"),
            (
                "libtest", "lib.rs", "mod tests {\n    // FR-001\n    #[test]\n    fn loads() {\n    }\n}\n",
                "tests::loads"
            ),
            (
                "junit", "ATest.java", "class ATest {\n    /** FR-001 */\n    @Test\n    void loads() {\n    }\n}\n",
                "loads()"
            ),
            ("rspec", "a_spec.rb", "describe Store do\n  it 'loads FR-001' do\n  end\nend\n", "loads FR-001"),
        ])
    func reporters(_ adapter: String, _ path: String, _ source: String, _ title: String) async throws {
        let outline = try #require(SourceOutline(Array(source.utf8), path: path))
        let tests = SourceTest.all(in: outline, path: path)
        #expect(tests.count == 1)
        let evidence = TestEvidence([try DriftStage.result([(title, path, "passed")], adapter: adapter)])
        #expect(tests.map { evidence.outcomes(of: tests)[$0]?.outcome } == [.passed])
    }

    @Test("of several receipts of one tree the newest counts")
    func newest() throws {
        let outline = try #require(SourceOutline(Array(Self.source.utf8), path: Self.file))
        let tests = SourceTest.all(in: outline, path: Self.file)
        let older = try DriftStage.result([("test_load", Self.file, "passed")], at: "2026-01-01T00:00:00Z")
        let newer = try DriftStage.result(
            [("test_load", Self.file, "failed")], at: "2026-01-02T00:00:00Z", status: "failed")
        for order in [[older, newer], [newer, older]] {
            #expect(TestEvidence(order).outcomes(of: tests)[tests[0]]?.outcome == .failed)
        }
    }
}
