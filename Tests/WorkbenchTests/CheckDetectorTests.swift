import Files
import Testing

@testable import Workbench

@Suite struct CheckDetectorTests {
    private func commands(_ files: [String: String]) throws -> [String] {
        try FileSystem.withTemporaryDirectory { folder in
            for (path, text) in files {
                let file = folder / path
                try FileSystem.createDirectory(file.parent)
                try FileSystem.write(text, to: file)
            }
            return CheckDetector.detect(in: folder).map(\.command)
        }
    }

    @Test(
        arguments: [
            (["README.md": ""], []),
            (["Package.swift": ""], ["swift build"]),
            (["Package.swift": "", "Tests/a.swift": ""], ["swift test"]),
            (["Cargo.toml": "[package]"], ["cargo test"]),
            (["Cargo.toml": "[workspace]\nmembers = []"], ["cargo test --workspace"]),
            (["go.mod": "module x"], ["go test ./..."]),
            (["pom.xml": ""], ["mvn -B -q test"]),
            (["pom.xml": "", "mvnw": ""], ["./mvnw -B -q test"]),
            (["build.gradle.kts": "", "gradlew": ""], ["./gradlew --no-daemon test"]),
            (["build.gradle": ""], ["gradle --no-daemon test"]),
            (["package.json": #"{"scripts": {"test": "node --test"}}"#], ["npm run test"]),
            (["package.json": #"{"scripts": {"test": "vitest"}}"#, "pnpm-lock.yaml": ""], ["pnpm run test"]),
            (["package.json": #"{"scripts": {"test": "vitest"}}"#, "yarn.lock": ""], ["yarn run test"]),
            (["package.json": #"{"scripts": {"test": "vitest"}}"#, "bun.lock": ""], ["bun run test"]),
            (["package.json": #"{"scripts": {"test": "echo \"Error: no test specified\" && exit 1"}}"#], []),
            (["package.json": #"{"name": "x"}"#], []),
            (["package.json": "not json"], []),
            (["Makefile": "CC := cc\nall: x\n\ntest: all\n\t./run\n"], ["make test"]),
            (["Makefile": "check:\n\t./run\n"], ["make check"]),
            (["Makefile": "# test: x\nall:\n\techo test: x\n"], []),
            (["Makefile": "test:\n", "go.mod": "module x"], ["go test ./..."]),
            (
                ["go.mod": "module x", "package.json": #"{"scripts": {"test": "jest"}}"#],
                ["go test ./...", "npm run test"]
            ),
        ] as [([String: String], [String])])
    func `The usual files are recognised`(files: [String: String], expected: [String]) throws {
        #expect(try commands(files) == expected)
    }

    @Test(
        arguments: [
            (["test_a.py": "import unittest"], ["python3 -m unittest discover"]),
            (["tests/test_a.py": "import unittest"], ["python3 -m unittest discover -s tests"]),
            (
                ["tests/__init__.py": "", "tests/test_a.py": "import unittest"],
                ["python3 -m unittest discover -s tests -t ."]
            ),
            (
                ["src/app.py": "", "tests/test_a.py": "import unittest"],
                ["PYTHONPATH=src python3 -m unittest discover -s tests"]
            ),
            (["tests/a_test.py": "import unittest"], ["python3 -m unittest discover -s tests -p '*_test.py'"]),
            (["tests/unit/test_a.py": "", "test_b.py": ""], ["python3 -m unittest discover"]),
            (["tests/test_a.py": "import pytest\n"], ["python3 -m pytest -q"]),
            (["pytest.ini": ""], ["python3 -m pytest -q"]),
            (["pyproject.toml": "[tool.pytest.ini_options]\n"], ["python3 -m pytest -q"]),
            (["pyproject.toml": "[project]\ndependencies = [\"pytest>=8\"]\n"], ["python3 -m pytest -q"]),
            (["setup.cfg": "[tool:pytest]\n"], ["python3 -m pytest -q"]),
            (["requirements-dev.txt": "pytest==8.0\n", "tests/test_a.py": ""], ["python3 -m pytest -q"]),
            (["requirements.txt": "# not pytest\nrequests\n"], []),
            (["tests/conftest.py": "", "tests/test_a.py": ""], ["python3 -m pytest -q"]),
            (["app.py": "", "pyproject.toml": "[project]\nname = \"x\"\n"], []),
            (["node_modules/x/test_a.py": "", ".venv/test_b.py": ""], []),
        ] as [([String: String], [String])])
    func `Python's tests are found with the right runner and start`(files: [String: String], expected: [String]) throws
    {
        #expect(try commands(files) == expected)
    }
}
