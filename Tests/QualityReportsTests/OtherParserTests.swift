import QualityReports
import Testing

@Suite struct OtherParserTests {
    @Test func `coverage`() throws {
        func parse(_ format: CoverageFormat, _ text: String) throws -> [FileCoverage] {
            try format.parse(Array(text.utf8)).files
        }
        let branch = [BranchHits(line: 6, covered: 1, total: 2)]
        let lines = [LineHits(line: 6, hits: 3), LineHits(line: 7, hits: 0)]
        #expect(
            try parse(.cobertura, Fixtures.cobertura)
                == [FileCoverage(path: "/src/pkg/calc.py", lines: lines, branches: branch)])
        #expect(
            try parse(.lcov, Fixtures.lcov) == [FileCoverage(path: "pkg/calc.py", lines: lines, branches: branch)])
        #expect(
            try parse(.coveragePy, Fixtures.coveragePy)
                == [
                    FileCoverage(
                        path: "pkg/calc.py", lines: [LineHits(line: 6, hits: 1), LineHits(line: 7, hits: 0)],
                        branches: branch)
                ])
        #expect(
            try parse(.goCover, Fixtures.goCover)
                == [
                    FileCoverage(
                        path: "example.com/m/a.go",
                        lines: [(3, 4), (4, 4), (5, 4), (6, 0)].map { LineHits(line: $0.0, hits: $0.1) }),
                    FileCoverage(path: "example.com/m/b.go", lines: [LineHits(line: 1, hits: .max)]),
                ])
        #expect(
            try parse(.llvmCov, Fixtures.llvmCov)
                == [
                    FileCoverage(
                        path: "/p/a.swift",
                        lines: [(1, 5), (2, 5), (3, 0), (4, 0), (5, 5), (6, 5)].map {
                            LineHits(line: $0.0, hits: $0.1)
                        }, branches: [BranchHits(line: 2, covered: 1, total: 2)])
                ])
    }

    @Test func `complexity and performance`() throws {
        func complexity(_ format: ComplexityFormat, _ text: String) throws -> [FunctionComplexity] {
            try format.parse(Array(text.utf8)).functions
        }
        #expect(
            try complexity(.radon, Fixtures.radon)
                == [
                    FunctionComplexity(file: "pkg/calc.py", name: "Stack.push", line: 15, endLine: 18, cyclomatic: 3),
                    FunctionComplexity(
                        file: "pkg/calc.py", name: "Stack.push.in", line: 16, endLine: 17, cyclomatic: 1),
                ])
        #expect(
            try complexity(.lizard, Fixtures.lizard)
                == [FunctionComplexity(file: "pkg/calc.py", name: "divide", line: 5, endLine: 8, cyclomatic: 2)])
        #expect(
            try complexity(.gocyclo, Fixtures.gocyclo)
                == [
                    FunctionComplexity(file: "cmd/a b.go", name: "main.(*T).Run", line: 12, cyclomatic: 9),
                    FunctionComplexity(file: "main.go", name: "main.main", line: 5, cyclomatic: 3),
                ])
        func measure(_ format: PerformanceFormat, _ text: String) throws -> [Measurement] {
            try format.parse(Array(text.utf8), name: "crit").measurements
        }
        #expect(
            try measure(.hyperfine, Fixtures.hyperfine)
                == [Measurement(name: "sleep 0", median: 2, spread: 1, spreadKind: .interquartileRange, samples: 3)])
        #expect(
            try measure(.pytestBenchmark, Fixtures.pytestBenchmark)
                == [
                    Measurement(
                        name: "tests/test_bench.py::test_speed", median: 0.5, spread: 0.25,
                        spreadKind: .interquartileRange, samples: 7)
                ])
        #expect(
            try measure(.goBench, Fixtures.goBench)
                == [
                    Measurement(
                        name: "example.com/m.BenchmarkAdd-2", median: 1, spread: 0.5, spreadKind: .interquartileRange,
                        samples: 2),
                    Measurement(
                        name: "example.com/m.BenchmarkAdd-2", unit: "B/op", median: 16, spread: 0,
                        spreadKind: .interquartileRange, samples: 2),
                ])
        #expect(
            try measure(.criterion, Fixtures.criterion)
                == [Measurement(name: "crit", median: 0.5, spread: 0.25, spreadKind: .medianAbsoluteDeviation)])
    }

    @Test func `findings of linters and scanners`() throws {
        func check(_ format: FindingsFormat, _ text: String, _ expected: [Finding]) throws {
            #expect(try format.parse(Array(text.utf8), tool: "cc").findings == expected)
        }
        try check(
            .ruff, Fixtures.ruff,
            [
                Finding(
                    tool: "ruff", rule: "F401", severity: .error, message: "`os` imported but unused",
                    file: "/p/calc.py", line: 1, column: 8, endLine: 1, endColumn: 10, isFixable: true,
                    helpURL: "https://docs.astral.sh/ruff/rules/unused-import"),
                Finding(
                    tool: "ruff", rule: "syntax", severity: .error, message: "Expected `)`", file: "/p/bad.py", line: 1,
                    column: 13, endLine: 2, endColumn: 1),
            ])
        try check(
            .bandit, Fixtures.bandit,
            [
                Finding(
                    tool: "bandit", rule: "syntax", severity: .error,
                    message: "syntax error while parsing AST from file",
                    file: "p/bad.py"),
                Finding(
                    tool: "bandit", rule: "B105", severity: .note, message: "Possible hardcoded password",
                    file: "p/calc.py", line: 22, column: 16, endLine: 22, endColumn: 25, helpURL: "https://b.org/b105"),
            ])
        try check(
            .eslint, Fixtures.eslint,
            [
                Finding(
                    tool: "eslint", rule: "no-unused-vars", severity: .error, message: "'x' is unused.",
                    file: "/p/a.js",
                    line: 1, column: 7, endLine: 1, endColumn: 8),
                Finding(
                    tool: "eslint", rule: "syntax", severity: .error, message: "Parsing error", file: "/p/a.js",
                    line: 2,
                    column: 1),
                Finding(
                    tool: "eslint", rule: "semi", severity: .warning, message: "Missing semicolon.", file: "/p/a.js",
                    line: 3, column: 9, isFixable: true),
            ])
        try check(
            .compilerText, Fixtures.compilerText,
            [
                Finding(
                    tool: "cc", rule: "-Wunused-variable", severity: .warning, message: "unused variable 'x'",
                    file: "src/a.c", line: 3, column: 14),
                Finding(
                    tool: "cc", rule: "cc", severity: .error, message: "cannot find 'y' in scope", file: "/p/B.swift",
                    line: 10, column: 5),
                Finding(
                    tool: "cc", rule: "line_length", severity: .warning,
                    message: "Line Length Violation: Line should be short", file: "C.swift", line: 2),
                Finding(
                    tool: "cc", rule: "TS2322", severity: .error, message: "Type 'string' is wrong.", file: "app.ts",
                    line: 12, column: 5),
                Finding(
                    tool: "cc", rule: "cc", severity: .error, message: "undefined: z", file: "m.go", line: 4, column: 2),
            ])
        try check(
            .swiftFormat, Fixtures.swiftFormat,
            [
                Finding(
                    tool: "swift-format", rule: "OneSpace", severity: .warning, message: "use one space",
                    file: "/p/A.swift", line: 3, column: 5)
            ])
        try check(
            .rustc, Fixtures.rustc,
            [
                Finding(
                    tool: "rustc", rule: "unused_variables", severity: .warning, message: "unused variable: `unused`",
                    file: "src/lib.rs", line: 7, column: 9, endLine: 7, endColumn: 15, isFixable: true,
                    helpURL: "https://e.org/clippy")
            ])
        try check(
            .goVet, Fixtures.goVet,
            [
                Finding(
                    tool: "go vet", rule: "printf", severity: .error,
                    message: "fmt.Printf format %d has arg x of wrong type string", file: "/p/a.go", line: 7, column: 2),
                Finding(tool: "go vet", rule: "syntax", severity: .error, message: "example.com/n: no types"),
            ])
        try check(
            .staticcheck, Fixtures.staticcheck,
            [
                Finding(
                    tool: "staticcheck", rule: "SA4006", severity: .error, message: "this value is never used",
                    file: "/p/a.go", line: 7, column: 2, endLine: 7, endColumn: 3,
                    helpURL: "https://staticcheck.dev/docs/checks/#SA4006")
            ])
        try check(
            .gitleaks, Fixtures.gitleaks,
            [
                Finding(
                    tool: "gitleaks", rule: "aws-access-token", severity: .error, message: "AWS token",
                    file: "conf.env",
                    line: 3, column: 5, endLine: 3, endColumn: 25)
            ])
        try check(
            .semgrep, Fixtures.semgrep,
            [
                Finding(
                    tool: "semgrep", toolVersion: "1.9.0", rule: "python.eval", severity: .error,
                    message: "eval is bad", file: "a.py", line: 2, column: 1, endLine: 2, endColumn: 9, isFixable: true,
                    helpURL: "https://s.dev/r")
            ])
        try check(
            .sarif, Fixtures.sarif,
            [
                Finding(
                    tool: "scan", toolVersion: "2.0", rule: "X1", severity: .error, message: "bad name",
                    file: "/p/a b.c",
                    line: 3, column: 2, endLine: 4, isFixable: true, helpURL: "https://e.org/x1"),
                Finding(tool: "scan", toolVersion: "2.0", rule: "X2", severity: .note, message: "t"),
            ])
    }

    @Test func `vulnerabilities of dependencies`() throws {
        func advisories(_ format: FindingsFormat, _ text: String) throws -> [Advisory?] {
            try format.parse(Array(text.utf8)).findings.map(\.advisory)
        }
        #expect(
            try advisories(.pipAudit, Fixtures.pipAudit)
                == [
                    Advisory(
                        package: "flask", version: "0.5", fixedVersions: ["1.0"], id: "PYSEC-2019-179",
                        aliases: ["CVE-2019-1010083"])
                ])
        #expect(
            try advisories(.npmAudit, Fixtures.npmAudit)
                == [Advisory(package: "lodash", fixedVersions: ["4.17.21"], id: "GHSA-jf85-cpcp-j695")])
        #expect(
            try advisories(.cargoAudit, Fixtures.cargoAudit)
                == [
                    Advisory(
                        package: "time", version: "0.1.44", fixedVersions: [">=0.2.23"], id: "RUSTSEC-2020-0071",
                        aliases: ["CVE-2020-26235"]),
                    Advisory(package: "old", version: "1.0.0", id: "yanked"),
                ])
        let go = try FindingsFormat.govulncheck.parse(Array(Fixtures.govulncheck.utf8)).findings
        #expect(
            go == [
                Finding(
                    tool: "govulncheck", toolVersion: "v1.1.0", rule: "GO-2021-0113", severity: .error,
                    message: "golang.org/x/text v0.3.5: Out-of-bounds read", file: "main.go", line: 12, column: 29,
                    isFixable: true, helpURL: "https://pkg.go.dev/vuln/GO-2021-0113",
                    advisory: Advisory(
                        package: "golang.org/x/text", version: "v0.3.5", fixedVersions: ["v0.3.7"], id: "GO-2021-0113",
                        aliases: ["CVE-2021-38561"]))
            ])
    }
}
