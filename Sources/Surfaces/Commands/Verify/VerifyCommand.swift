import CommandLineKit
import Files
import JSON
import QualityReports
import Settings
import Terminal
import Timekeeping
import Verification
import Workbench

/// `vencejo verify`: the project's own programs on the working tree as it is, in the sandbox.
struct VerifyCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let setup = try await VerificationSetup(context)
        let query = try query(arguments, setup)
        let tree = VerifiedTree(setup.repository)
        let context = context
        let results: [VerificationResult]
        do {
            results = try await setup.service(
                on: setup.repository.root, keepingIn: setup.store, adapters: Self.adapters(setup)
            ).verify(query, on: tree) { context.output.notice(context.output.style.dim("… \($0)")) }
        } catch let error as VerificationError where error.code == .badArgument {
            throw Failure(.usage, error.message)
        }
        try write(results, arguments)
        let verdict = VerificationVerdict(results)
        context.output.result(VerificationJSON.object(of: results, verdict), text: text(of: results, verdict))
        return verdict.exitStatus
    }

    /// Checks that are configured take the place of the tests that are found.
    private static func adapters(_ setup: VerificationSetup) -> [Adapter] {
        guard let configured = setup.settings.verify else { return AdapterCatalogue.all }
        return configured.map { .configured(name: $0.name, command: $0.command) }
            + AdapterCatalogue.all.filter { $0.kind != .unitTests }
    }

    private func query(_ arguments: ParsedArguments, _ setup: VerificationSetup) throws -> VerificationQuery {
        let named = try arguments.values("--kind").map { typed in
            guard let kind = VerificationKind(rawValue: typed) else {
                let known = VerificationKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure(.usage, "there is no kind '\(typed)': it is one of \(known)")
            }
            return kind
        }
        var kinds = named.isEmpty ? [.unitTests, .lint] : named
        if named.isEmpty, setup.settings.limits.complexity != nil { kinds.append(.complexity) }
        if arguments.flag("--fix") {
            kinds.removeAll { $0 == .lint }
            kinds.insert(.lintFix, at: 0)
        }
        let paths = try arguments.positionals("PATH").map { try relative($0, to: setup.repository.root) }
        return VerificationQuery(
            kinds: kinds, paths: paths.filter { $0 != "." }, filter: arguments.value("--filter"),
            reuse: arguments.flag("--fresh") ? .never : .unchangedTree,
            flaky: arguments.flag("--tolerate-flaky") ? .tolerated : .fails,
            missing: named.isEmpty ? .passedOver : .told)
    }

    /// A path as it was typed, seen from the project's top.
    private func relative(_ typed: String, to root: FilePath) throws -> String {
        let path = FilePath(typed).resolved(from: context.directory).normalized()
        guard let inside = path.relative(to: root) else {
            throw Failure(.usage, "'\(typed)' is outside of the project \(root)")
        }
        return inside.isEmpty ? "." : inside
    }

    private func write(_ results: [VerificationResult], _ arguments: ParsedArguments) throws {
        if let file = arguments.value("--sarif") {
            let found = results.compactMap { result -> FindingsReport? in
                if case .findings(let report) = result.report { return report }
                return nil
            }
            try save(SARIFWriter.write(FindingsReport.merging(found)), to: file)
        }
        if let file = arguments.value("--junit") {
            let tests = results.compactMap { result -> TestReport? in
                if case .tests(let report) = result.report { return report }
                return nil
            }
            try save(JUnitWriter.write(TestReport.merging(tests)), to: file)
        }
    }

    private func save(_ bytes: [UInt8], to file: String) throws {
        try FileSystem.write(bytes, to: FilePath(file).resolved(from: context.workingDirectory))
    }

    // MARK: - Words

    private func text(of results: [VerificationResult], _ verdict: VerificationVerdict) -> String {
        let style = context.output.style
        guard !results.isEmpty else {
            return "Nothing to verify: no program of any known kind fits this project, so nothing is proven."
        }
        var table = TextTable(columns: [
            .init("RESULT"), .init("WHAT"), .init("WITH"), .init("WHERE"), .init("FOUND", isFlexible: true),
        ])
        for result in results {
            let found = VerificationText.counts(of: result)
            let reused = result.reusedFrom.map { "unchanged since \($0.iso8601)" }
            table.add(row: [
                result.status.word, result.kind.words, result.adapter,
                result.folder.isEmpty ? "." : result.folder.sanitized,
                [found, reused ?? ""].filter { !$0.isEmpty }.joined(separator: "; "),
            ])
        }
        var lines = table.lines(width: context.output.width, style: style)
        for result in results {
            let details = details(of: result)
            guard !details.isEmpty else { continue }
            lines += [
                "", style.bold("\(result.adapter)\(result.folder.isEmpty ? "" : " in \(result.folder.sanitized)")"),
            ]
            lines += details.map { "  " + $0.sanitized }
        }
        lines += ["", verdict.sentence(style)]
        return lines.joined(separator: "\n")
    }

    private func details(of result: VerificationResult) -> [String] {
        var lines: [String] = []
        if case .couldNotRun(let reason) = result.status { lines.append(reason) }
        lines += VerificationText.details(of: result).flatMap { $0.split(separator: "\n").map(String.init) }
        lines += result.excerpt.split(whereSeparator: \.isNewline).map(String.init)
        if !result.changedPaths.isEmpty {
            lines.append("changed \(result.changedPaths.prefix(20).joined(separator: ", "))")
        }
        return lines
    }
}
