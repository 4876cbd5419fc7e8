import Files
import QualityReports
import Subprocess
import Testing
import Timekeeping
import Workbench

@testable import Verification

@Suite struct VerificationServiceTests {
    // MARK: - What counts as a pass

    private func statuses(_ scripts: [String]) async throws -> [VerificationStatus] {
        var found: [VerificationStatus] = []
        try await TestProject.with([:]) { project in
            for script in scripts { found.append(try await project.verify([.script(script)]).status) }
        }
        return found
    }

    @Test func `A pass needs status 0 and a report in which something ran and nothing failed`() async throws {
        let found = try await statuses([
            Adapter.junit("one", "two"), Adapter.junit("one", "two!"), Adapter.junit("one") + "; exit 1",
            Adapter.junit(), "exit 0", "exit 1", "exit 127",
        ])
        #expect(
            found == [
                .passed, .failed, .failed, .couldNotRun(reason: ReportJudge.nothingTested),
                .couldNotRun(reason: "script ended with status 0 but left no report."), .failed,
                .couldNotRun(reason: "script could not be started inside the sandbox (status 127)."),
            ])
    }

    @Test func `A report on standard output, a deleted one and one that leads elsewhere prove nothing`() async throws {
        let found = try await statuses([
            Adapter.junit("one") + "; cat \"$REPORT\"; rm \"$REPORT\"", "ln -s /etc/passwd \"$REPORT\"",
            "mkdir \"$REPORT\"", ": > \"$REPORT\"", "echo passed > \"$REPORT\"",
        ])
        let odd = "script ended with status 0 but left something else than a file as its report."
        #expect(
            Array(found.dropLast()) == [
                .couldNotRun(reason: "script ended with status 0 but left no report."), .couldNotRun(reason: odd),
                .couldNotRun(reason: odd),
                .couldNotRun(reason: "script ended with status 0 but left an empty report."),
            ])
        guard case .couldNotRun(let reason) = found.last else {
            Issue.record("a text is no report")
            return
        }
        #expect(reason.hasPrefix("script ended with status 0 but left a report that cannot be read"))
    }

    @Test func `A check that changes the files it judges proves nothing, and the files are named`() async throws {
        try await TestProject.with([:]) { project in
            let result = try await project.verify([.script("echo x > new.txt; " + Adapter.junit("one"))])
            #expect(
                result.status
                    == .couldNotRun(
                        reason: "It passed, but changed the files it was to judge, so it proves nothing."))
            #expect(result.changedPaths == ["new.txt"])
        }
    }

    @Test func `100 MB of output stay bounded, and their log is still proof`() async throws {
        try await TestProject.with([:]) { project in
            let result = try await project.verify([
                .script("head -c 100000000 /dev/zero | tr '\\0' 'x'; " + Adapter.junit("one"))
            ])
            #expect(result.status == .passed)
            let receipt = try #require(result.receipt)
            #expect(receipt.logBytes == 100_000_000)
            let log = project.store.path(of: receipt)
            #expect(LogState.of(log, bytes: receipt.logBytes, hash: receipt.logHash) == .shortened)
            #expect(VerificationText.text(of: [result]).utf8.count < 17_000)
        }
    }

    @Test func `A test that never ends is stopped and fails`() async throws {
        try await TestProject.with([:]) { project in
            let result = try await project.verify([.script("sleep 100000")], limit: .seconds(1))
            #expect(result.status == .failed)
            #expect(result.receipt?.exitCode == nil)
            #expect(result.excerpt.hasPrefix("script did not end within 1 seconds and was stopped."))
        }
    }

    @Test func `Missing programs are named with what to install`() async throws {
        try await TestProject.with(["pyproject.toml": "[tool.pytest.ini_options]\n"]) { project in
            // An environment in which nothing is installed.
            let results = try await project.service(variables: ["PATH": "/nowhere"]).verify(
                VerificationQuery(kinds: [.unitTests, .lint, .security]), on: VerifiedTree(project.repository))
            #expect(
                results.map(\.status) == [
                    .couldNotRun(
                        reason:
                            "pytest is not installed: `pip install pytest`, or add it to the project's dev dependencies."
                    ),
                    .couldNotRun(
                        reason:
                            "ruff is not installed: `pip install ruff`, or add it to the project's dev dependencies."),
                    .couldNotRun(
                        reason:
                            "bandit is not installed: `pip install bandit`, or add it to the project's dev dependencies."
                    ),
                    .couldNotRun(
                        reason:
                            "gitleaks is not installed: see github.com/gitleaks/gitleaks#installing, or your system's packages."
                    ),
                ])
        }
    }

    @Test func `What asks the network says so where the sandbox has none`() async throws {
        try await TestProject.with(["package.json": "{}", "package-lock.json": "{}"]) { project in
            guard project.sandbox.confines else { return }
            let results = try await project.service().verify(
                VerificationQuery(kinds: [.dependencies]), on: VerifiedTree(project.repository))
            #expect(
                results.map(\.status) == [
                    .couldNotRun(
                        reason:
                            "npm audit asks a service on the network, which the sandbox does not allow: configure `sandbox: {network: on}` to use it."
                    )
                ])
        }
    }

    // MARK: - Complexity

    private static let measured = Adapter.script(
        """
        printf '%s\\n' '9,12,50,1,9,"f@1-9@a.c","a.c","f","f()",1,9' '2,3,9,1,2,"g@11-12@a.c","a.c","g","g()",11,12' \
            > "$REPORT"
        """, kind: .complexity, format: .complexity(.lizard))

    @Test(arguments: [(nil, true), (12, true), (11, false), (2, false)] as [(Int?, Bool)])
    func `Functions above the limit fail the check and are named, and the limit belongs to the receipt`(
        limit: Int?, isPassed: Bool
    ) async throws {
        try await TestProject.with(["a.c": ""]) { project in
            let query = VerificationQuery(kinds: [.complexity])
            let tree = VerifiedTree(project.repository)
            let results = try await project.service([Self.measured], complexity: limit).verify(query, on: tree)
            let result = try #require(results.first)
            #expect(result.status == (isPassed ? .passed : .failed))
            let lines = VerificationText.details(of: result)
            if limit == 11 { #expect(lines == ["a.c:1: f has complexity 12, more than 11: split it up"]) }
            if limit == 2 { #expect(lines.count == 2) }
            let other = try await project.service([Self.measured], complexity: 40).verify(query, on: tree)
            #expect(other.first?.reusedFrom == nil)
            let same = try await project.service([Self.measured], complexity: limit).verify(query, on: tree)
            #expect(same.first?.reusedFrom != nil)
        }
    }

    @Test func `Complexity that was not measured is no pass`() async throws {
        try await TestProject.with([:]) { project in
            let none = Adapter.script(
                "echo 'NLOC,CCN,token,PARAM,length,location,file,function,long_name,start,end' > \"$REPORT\"",
                kind: .complexity, format: .complexity(.lizard))
            let unread = Adapter.script(
                #"echo '{"a.py": [], "b.py": {"error": "no"}, "c.py": {"error": "no"}}' > "$REPORT""#,
                kind: .complexity, format: .complexity(.radon))
            let query = VerificationQuery(kinds: [.complexity])
            let empty = try await project.verify([none], query)
            #expect(empty.status == .couldNotRun(reason: "No function was measured."))
            let broken = try await project.verify([unread], query)
            #expect(broken.status == .couldNotRun(reason: "script could not read b.py and 1 other file(s)."))
        }
    }

    // MARK: - Flaky tests

    /// Fails `b` at first, and passes it where it is run again and `mark` is there.
    private static func shaky(_ words: String) -> Adapter {
        .script(
            "if [ -n \"$WORDS\" ]; then echo \"again $WORDS\" >> ignored.log; \(words); else \(Adapter.junit("x", "b!")); exit 1; fi",
            again: { Selection(words: $0.map(\.name)) })
    }

    @Test func `A failing test that passes when only it is run again is named as flaky, and still fails`() async throws
    {
        try await TestProject.with([".gitignore": "*.log\n"]) { project in
            let adapter = Self.shaky(Adapter.junit("b"))
            let result = try await project.verify([adapter])
            #expect(result.status == .failed)
            #expect(result.receipt?.flaky == ["a::b"])
            #expect(try FileSystem.readText(project.root / "ignored.log") == "again b\n")
            #expect(
                VerificationText.text(of: [result]).contains("flaky: a::b failed, and passed when it was run again"))
            let tolerated = try await project.verify(
                [adapter], VerificationQuery(kinds: [.unitTests], flaky: .tolerated))
            #expect(tolerated.status == .passed)
            #expect(tolerated.receipt?.flaky == ["a::b"])
        }
    }

    @Test func `A test that goes on failing is run again twice and is not flaky`() async throws {
        try await TestProject.with([".gitignore": "*.log\n"]) { project in
            let result = try await project.verify([Self.shaky(Adapter.junit("b!") + "; exit 1")])
            #expect(result.status == .failed)
            #expect(result.receipt?.flaky == [])
            #expect(try FileSystem.readText(project.root / "ignored.log") == "again b\nagain b\n")
        }
    }

    // MARK: - Reuse

    @Test func `An unchanged tree is not tested again until something changes`() async throws {
        try await TestProject.with([".gitignore": "*.log\n.env\n"]) { project in
            let adapter = Adapter.script("echo run; " + Adapter.junit("one"))
            let first = try await project.verify([adapter])
            #expect(first.reusedFrom == nil)
            project.clock.advance(by: .seconds(60))
            let second = try await project.verify([adapter])
            #expect(second.reusedFrom == first.receipt?.startedAt)
            #expect(second.receipt == first.receipt)
            // Another command, another tree, an ignored file, and the wish for it.
            #expect(try await project.verify([.script("true; " + Adapter.junit("one"))]).reusedFrom == nil)
            let fresh = VerificationQuery(kinds: [.unitTests], reuse: .never)
            #expect(try await project.verify([adapter], fresh).reusedFrom == nil)
            try project.write(".env", "MODE=1\n")
            #expect(try await project.verify([adapter]).reusedFrom == nil)
            try project.write("a.txt", "new\n")
            #expect(try await project.verify([adapter]).reusedFrom == nil)
            #expect(try await project.verify([adapter]).reusedFrom != nil)
        }
    }

    @Test func `A result whose log was altered is no evidence`() async throws {
        try await TestProject.with([:]) { project in
            let adapter = Adapter.script("echo run; " + Adapter.junit("one"))
            let first = try #require(try await project.verify([adapter]).receipt)
            let log = project.store.path(of: first)
            #expect(LogState.of(log, bytes: first.logBytes, hash: first.logHash) == .intact)
            try FileSystem.write("ran\n", to: log)
            #expect(LogState.of(log, bytes: first.logBytes, hash: first.logHash) == .altered)
            let second = try await project.verify([adapter])
            #expect(second.reusedFrom == nil)
            try FileSystem.remove(log)
            #expect(LogState.of(log, bytes: first.logBytes, hash: first.logHash) == .missing)
        }
    }

    @Test func `What could not run, flaked or ran out of time is tried again`() async throws {
        try await TestProject.with([:]) { project in
            for script in ["exit 0", "sleep 1000"] {
                let adapter = Adapter.script(script)
                _ = try await project.verify([adapter], limit: .seconds(1))
                #expect(try await project.verify([adapter], limit: .seconds(1)).reusedFrom == nil)
            }
        }
    }

    @Test func `The user's index, branch and files are as before`() async throws {
        try await TestProject.with(["a.txt": "one\n"]) { project in
            try project.write("a.txt", "two\n")
            try project.write("b.txt", "new\n")
            let index = try FileSystem.readBytes(project.repository.gitDirectory / "index")
            let result = try await project.verify([.script("cat a.txt b.txt; " + Adapter.junit("one"))])
            #expect(result.status == .passed)
            #expect(try FileSystem.readBytes(project.repository.gitDirectory / "index") == index)
            let now = try await project.repository.reread()
            #expect(now.head == project.repository.head)
            #expect(now.dirtyPaths == ["a.txt", "b.txt"])
            #expect(try await now.hasTree(try #require(result.receipt).tree))
            #expect(try await !now.hasTree(String(repeating: "0", count: 40)))
        }
    }
}
