import Files
import Identity
import Testing
import Timekeeping
import Workbench

@testable import Verification

@Suite struct ReceiptPruningTests {
    private static let adapter = Adapter.script("cat draft.txt; " + Adapter.junit("one"))

    /// Verifies four drafts, one after another; their receipts, the oldest first.
    private func drafts(_ project: TestProject) async throws -> [VerificationReceipt] {
        var receipts: [VerificationReceipt] = []
        let service = project.service([Self.adapter])
        for number in 1...4 {
            try project.write("draft.txt", "\(number)\n")
            project.clock.advance(by: .seconds(60))
            let results = try await service.verify(
                VerificationQuery(kinds: [.unitTests]), on: VerifiedTree(project.repository))
            receipts.append(try #require(results.first?.receipt))
        }
        return receipts
    }

    private func left(_ project: TestProject) throws -> [String] {
        try project.store.all().compactMap { $0.result?.receipt?.id }
    }

    @Test func `The newest of a check stay, and what is of a known tree or is named`() async throws {
        try await TestProject.with([:]) { project in
            let receipts = try await drafts(project)
            var pruning = ReceiptPruning(keep: 1, trees: [receipts[0].tree], named: [receipts[1].id])
            let dry = try pruning.prune(project.store, dryRun: true)
            #expect(dry.removed == [receipts[2]])
            #expect(dry.removedBytes == receipts[2].logBytes)
            #expect(try left(project).count == 4)
            let done = try pruning.prune(project.store, dryRun: false)
            #expect(done == dry)
            #expect(done.kept == 3)
            #expect(try left(project) == [receipts[0].id, receipts[1].id, receipts[3].id])
            #expect(!FileSystem.exists(project.store.path(of: receipts[2])))
            #expect(FileSystem.exists(project.store.path(of: receipts[3])))
            pruning = ReceiptPruning(keep: 0, trees: [], named: [])
            #expect(try pruning.prune(project.store, dryRun: false).removed.count == 3)
            #expect(try left(project) == [])
        }
    }

    @Test func `What a run was told stays, also where it was an earlier result`() async throws {
        try await TestProject.with([:]) { project in
            let receipts = try await drafts(project)
            var tree = VerifiedTree(project.repository)
            tree.run = "run-1"
            let told = try await project.service([Self.adapter]).verify(
                VerificationQuery(kinds: [.unitTests]), on: tree)
            #expect(told.first?.receipt == receipts[3])
            #expect(told.first?.reusedFrom != nil)
            let outcome = try ReceiptPruning(keep: 0, trees: [], named: []).prune(project.store, dryRun: false)
            #expect(outcome.removed == Array(receipts[..<3]))
            #expect(try left(project) == [receipts[3].id])
        }
    }

    @Test func `Logs without a receipt go, but not that of a verification that is running`() async throws {
        try await TestProject.with([:]) { project in
            let receipts = try await drafts(project)
            let store = project.store
            for name in ["gone", "named", "running"] {
                try FileSystem.write("x", to: store.folder / "logs/\(name).log")
            }
            let owned = try OwnedFolder("running", in: store.scratch)
            defer { owned.remove() }
            let outcome = try ReceiptPruning(keep: 4, trees: [], named: ["named"]).prune(store, dryRun: false)
            #expect(outcome.removedLogs == 1)
            #expect(outcome.removedBytes == 1)
            let logs = try store.logs().map(\.id).sorted()
            #expect(logs == (receipts.map(\.id) + ["named", "running"]).sorted())
        }
    }

    @Test func `A folder is swept when its owner is gone, and only then`() throws {
        try FileSystem.withTemporaryDirectory { parent in
            let owned = try OwnedFolder("mine", in: parent)
            try FileSystem.write("x", to: owned.path / "file")
            // What a killed process leaves: its folder and a lock that nobody holds.
            try FileSystem.createDirectory(parent / "left")
            try FileSystem.write("1\n", to: parent / "left.lock")
            // Killed before the folder was made, and after it was removed.
            try FileSystem.write("", to: parent / "early.lock")
            // Without a lock only age tells.
            try FileSystem.createDirectory(parent / "other")
            let now = Timestamp.now().milliseconds
            #expect(OwnedFolder.sweep(parent, now: now) == ["left"])
            #expect(try FileSystem.list(parent).map(\.name).sorted() == ["mine", "mine.lock", "other"])
            #expect(OwnedFolder.isOwned("mine", in: parent))
            #expect(OwnedFolder.sweep(parent, now: now + 100_000_000) == ["other"])
            owned.remove()
            #expect(try FileSystem.list(parent).map(\.name) == [])
            #expect(OwnedFolder.sweep(parent / "none", now: now) == [])
        }
    }
}
