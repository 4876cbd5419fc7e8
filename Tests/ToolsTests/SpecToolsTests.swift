import Conversation
import Files
import JSON
import Policy
import Testing
import Tools

struct SpecToolsTests {
    /// Answers with what it was asked, and breaks where it is told to.
    struct Specs: SpecSource {
        struct Fault: Error, CustomStringConvertible { var description: String { "the disk is gone" } }

        func analysis(of feature: String?, in root: FilePath, paths: PathRules) async throws -> SpecAnswer {
            switch feature {
            case "broken": throw Fault()
            case "unknown": .fault("There is no feature 'unknown'.")
            case "long": .text(String(repeating: "x", count: 30_000))
            default: .text("analysis of \(feature ?? "all")")
            }
        }

        func page(of feature: String, in root: FilePath, paths: PathRules) async throws -> SpecAnswer {
            .text("page of \(feature)")
        }
    }

    @Test func `specifications are looked at, by name or all of them`() async throws {
        try await Folder.lend { (folder: Folder) async throws -> Void in
            let analyze = AnalyzeSpecsTool(specs: Specs())
            #expect(try await folder.answer(analyze, [:]) == .ok("analysis of all"))
            #expect(try await folder.answer(analyze, ["feature": "003"]) == .ok("analysis of 003"))
            #expect(try await folder.answer(analyze, ["feature": ""]) == .ok("analysis of all"))
            let show = ShowSpecTool(specs: Specs())
            #expect(try await folder.answer(show, ["feature": "latest"]) == .ok("page of latest"))
        }
    }

    @Test func `what goes wrong is said to the model, and what is too long is cut`() async throws {
        try await Folder.lend { (folder: Folder) async throws -> Void in
            let analyze = AnalyzeSpecsTool(specs: Specs())
            #expect(
                try await folder.answer(analyze, ["feature": "unknown"]) == .error("There is no feature 'unknown'."))
            #expect(
                try await folder.answer(analyze, ["feature": "broken"])
                    == .error("the specifications could not be looked at: the disk is gone"))
            let long = try await folder.answer(analyze, ["feature": "long"])
            #expect(long.text.count < 25_000 && long.text.hasSuffix("(cut here: name one feature to see less)"))
            #expect(
                try await folder.answer(ShowSpecTool(specs: NoSpecs()), ["feature": "1"])
                    == .error("there are no specifications here"))
        }
    }
}
