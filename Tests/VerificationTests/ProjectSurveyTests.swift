import Files
import Testing

@testable import Verification

@Suite struct ProjectSurveyTests {
    private func parts(_ files: [String]) throws -> [String] {
        try FileSystem.withTemporaryDirectory { folder in
            for file in files {
                try FileSystem.createDirectory((folder / file).parent)
                try FileSystem.write(file.hasSuffix("json") ? "{}" : "", to: folder / file)
            }
            return ProjectSurvey.parts(of: folder).map { "\($0.ecosystem.rawValue):\($0.folder)" }
        }
    }

    @Test func `Members of a monorepo are parts of their own, and what others wrote is not`() throws {
        #expect(
            try parts([
                "api/pyproject.toml", "web/package.json", "web/node_modules/x/package.json", "svc/a/go.mod",
                "vendor/y/go.mod", ".venv/z/pyproject.toml", "a/b/c/Cargo.toml", "a/b/c/d/package.json",
            ]) == ["python:api", "node:web", "go:svc/a", "rust:a/b/c", "any:"])
    }

    @Test func `Python looks below by itself, and tests in a folder of their own run from the top`() throws {
        #expect(try parts(["pyproject.toml", "sub/setup.py"]) == ["python:", "any:"])
        #expect(try parts(["tests/test_a.py"]) == ["python:", "any:"])
    }

    @Test func `One folder may be of several ecosystems`() throws {
        #expect(try parts(["Package.swift", "package.json"]) == ["node:", "swift:", "any:"])
    }

    @Test func `A project without markers has only the part of any language`() throws {
        #expect(try parts(["README.md"]) == ["any:"])
    }
}
