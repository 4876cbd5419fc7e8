import Crypto
import Files
package import Identity
import QualityReports
import Runs
import Subprocess
package import Timekeeping
package import Workbench

/// Runs a project's own programs on a tree, in the sandbox, and tells in one form what they found.
///
/// ```swift
/// let service = VerificationService(shell: shell, policy: policy, store: store, clock: clock, ids: ids, engine: "vencejo 0.1.0")
/// let results = try await service.verify(VerificationQuery(kinds: [.unitTests]), on: VerifiedTree(repository))
/// ```
package struct VerificationService: Sendable {
    let shell: ShellRunner
    let policy: SandboxPolicy
    let store: VerificationStore
    let searchPath: String
    let variables: [String: String]
    let clock: WallClock
    let ids: IdentifierSource
    let engine: String
    let complexityLimit: Int?
    let adapters: [Adapter]

    /// - Parameters:
    ///   - policy: For commands in the tree that is judged, with the time that each may take; the store must be hidden.
    ///   - engine: The engine with its version, `vencejo 0.1.0`.
    ///   - complexityLimit: How complex a function may be; nil where nothing is held to it.
    ///   - variables: Where `PATH` and the values of the policy's variables are read from.
    package init(
        shell: ShellRunner, policy: SandboxPolicy, store: VerificationStore, clock: WallClock, ids: IdentifierSource,
        engine: String, variables: [String: String] = Command.inheritedEnvironment(),
        complexityLimit: Int? = nil, adapters: [Adapter] = AdapterCatalogue.all
    ) {
        self.shell = shell
        self.policy = policy
        self.store = store
        self.clock = clock
        self.ids = ids
        self.engine = engine
        self.variables = variables
        self.complexityLimit = complexityLimit
        self.adapters = adapters
        searchPath = variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// Verifies one kind after another; empty where nothing applies to the project.
    ///
    /// A program that is missing or broken, a test that fails and one that never ends are results. Throws where the tree,
    /// the sandbox or the store fails, on arguments that cannot be given to a program, and `CancellationError`.
    ///
    /// - Parameter progress: gets what is about to be looked at, such as `pytest in api`.
    package func verify(
        _ query: VerificationQuery, on tree: VerifiedTree, progress: @Sendable (String) -> Void = { _ in }
    ) async throws -> [VerificationResult] {
        try query.check()
        OwnedFolder.sweep(store.scratch, now: clock.now().milliseconds)
        let plan = VerificationPlan(query, in: tree.root, adapters: adapters)
        var results: [VerificationResult] = []
        for item in plan.items {
            try Task.checkCancellation()
            progress(item.part.folder.isEmpty ? item.adapter.name : "\(item.adapter.name) in \(item.part.folder)")
            results.append(try await verify(item, query, on: tree))
        }
        guard query.missing == .passedOver, results.contains(where: { $0.receipt != nil }) else { return results }
        // What the project is held to by its configuration is told also where it could not be measured.
        return results.filter {
            $0.receipt != nil || $0.kind.runsTests || ($0.kind == .complexity && complexityLimit != nil)
        }
    }

    private func verify(
        _ item: VerificationPlan.Item, _ query: VerificationQuery, on tree: VerifiedTree
    ) async throws -> VerificationResult {
        let adapter = item.adapter
        if adapter.needsNetwork, shell.confines, policy.network == .off {
            return .notRun(
                adapter, item.part,
                "\(adapter.name) asks a service on the network, which the sandbox does not allow: configure `sandbox: {network: on}` to use it."
            )
        }
        let id = (ids.next() as ReceiptID).string
        let owned = try OwnedFolder(id, in: store.scratch)
        let scratch = owned.path
        defer { owned.remove() }
        var policy = policy
        policy.workspace = tree.root
        policy.writable.append(scratch)
        policy.masked += try SandboxPolicy.secretFiles(in: tree.root)
        policy.limits.textBytes = 256 << 10
        let finder = ProgramFinder(shell: shell, policy: policy, searchPath: searchPath)
        guard let program = try await finder.find(adapter.program, for: item.part) else {
            return .notRun(adapter, item.part, adapter.program.missing + ".")
        }
        var invocation = Invocation(programWords: program.words, scratch: scratch.string, part: item.part)
        invocation.paths = item.paths
        invocation.filter = query.filter
        let command = adapter.command(invocation)
        let before = try await tree.state()
        let environment = environmentDigest(item.part)
        var template = invocation
        template.scratch = "$SCRATCH"
        let shown = Self.withScratchNamed(adapter.command(template))
        let key = SHA256.hash(
            [
                engine, before.tree, before.ignored, adapter.name, adapter.kind.rawValue, item.part.folder, shown,
                program.version, environment, query.flaky.rawValue,
                adapter.kind == .complexity ? complexityLimit.map { "at most \($0)" } ?? "" : "",
            ].joined(separator: "\u{0}")
        ).hex
        if let run = tree.run, adapter.kind != .lintFix { try store.use(key, by: run) }
        if adapter.kind != .lintFix, query.reuse == .unchangedTree, let kept = reusable(key) { return kept }

        let call = VerificationCall(
            adapter: adapter, part: item.part, shell: shell, policy: policy, invocation: invocation,
            complexityLimit: complexityLimit)
        let startedAt = clock.now()
        let log = store.log(id)
        var judged = try await call.run(command, log: store.folder / log)
        var flaky: [String] = []
        if judged.status == .failed, case .tests(let tests) = judged.report,
            let again = try await call.runAgain(tests, in: scratch)
        {
            judged.report = .tests(again)
            flaky = again.cases.filter { $0.outcome == .flaky }.map(\.id)
            if query.flaky == .tolerated, again.failures.isEmpty, !flaky.isEmpty { judged.status = .passed }
        }
        let after = try await tree.state()
        var changed: [String] = []
        if after.tree != before.tree { changed = try await tree.changes(before.tree, after.tree) }
        if !changed.isEmpty, judged.status == .passed, adapter.kind != .lintFix {
            judged.status = .couldNotRun(
                reason: "It passed, but changed the files it was to judge, so it proves nothing.")
        }
        let receipt = VerificationReceipt(
            id: id, key: key, adapter: adapter.name, kind: adapter.kind, folder: item.part.folder, command: shown,
            status: judged.status, exitCode: judged.exitCode, tree: before.tree, toolVersion: program.version,
            environment: environment, log: log, logHash: judged.outcome.hash, logBytes: judged.outcome.bytes,
            flaky: flaky, startedAt: startedAt, seconds: Double(judged.outcome.duration.milliseconds) / 1000,
            ranBy: "\(engine), \(shell.confinement(policy))")
        let result = VerificationResult(
            adapter: adapter.name, kind: adapter.kind, folder: item.part.folder, status: judged.status,
            report: judged.report.map { ReportReader.fromTop($0, of: item.part) }, excerpt: judged.excerpt,
            changedPaths: changed, receipt: receipt, reusedFrom: nil)
        if adapter.kind != .lintFix { try store.save(result) }
        return result
    }

    /// A result of the same key that proves something and whose log is still what it was.
    private func reusable(_ key: String) -> VerificationResult? {
        guard var kept = store.result(of: key), let receipt = kept.receipt, receipt.flaky.isEmpty,
            receipt.exitCode != nil, kept.changedPaths.isEmpty
        else { return nil }
        if case .couldNotRun = kept.status { return nil }
        let log = LogState.of(store.path(of: receipt), bytes: receipt.logBytes, hash: receipt.logHash)
        guard log == .intact || log == .shortened else { return nil }
        kept.reusedFrom = receipt.startedAt
        return kept
    }

    /// What else decides over a result: the sandbox's rules, variables, and the state of installed dependencies.
    private func environmentDigest(_ part: ProjectPart) -> String {
        let values = policy.environment.sorted().map { "\($0)=\(variables[$0] ?? "")" }
        let installed = part.existing([".venv", "venv", "node_modules"]).flatMap(Self.installedMarks)
        let pieces = [
            shell.confinement(policy), policy.writable.map(\.string).joined(separator: ":"),
            policy.readable.map(\.string).joined(separator: ":"), "\(policy.limits.time)", "\(policy.limits)",
            searchPath,
        ]
        return SHA256.hash((pieces + values + installed).joined(separator: "\u{0}")).hex
    }

    /// Names and times of what a package manager touches when it installs something.
    private static func installedMarks(_ folder: String) -> [String] {
        let root = FilePath(folder)
        var marks = [root / ".package-lock.json", root / "pyvenv.cfg", root]
        // A folder that is not there has no dependencies.
        for version in (try? FileSystem.list(root / "lib")) ?? [] {
            marks.append(root / "lib" / version.name / "site-packages")
        }
        return marks.compactMap { path in
            // As above.
            guard let info = try? FileSystem.info(path, symlinks: .followed) else { return nil }
            return "\(path) \(info.size) \(info.modificationTime)"
        }
    }

    /// The scratch folder's placeholder stands outside of quotes, so that the line can be pasted into a shell.
    private static func withScratchNamed(_ line: String) -> String {
        line.split(separator: "'$SCRATCH/", omittingEmptySubsequences: false).joined(separator: "\"$SCRATCH\"'/")
    }
}
