import AgentRuntime
import Conversation
import Gateway
import JSON
import Runs
import Specs
import Templates
import Workbench
import Workflows

/// Has a model look for what the documents of a feature contradict each other in; changes nothing.
///
/// A finding counts where both of its quotes stand in their documents, word for word.
struct MeaningWork: Sendable {
    var context: StepContext
    var step: StepKey
    var agent: String
    var model: ModelName?

    private struct Page: Sendable {
        var name: String
        var text: String

        /// Counted from 1; nil where the words do not stand there.
        func line(of quote: String) -> Int? {
            let wanted = quote.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard !wanted.isEmpty else { return nil }
            return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).firstIndex { line in
                line.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(wanted)
            }.map { $0 + 1 }
        }
    }

    func perform() async throws -> StepResult {
        let pages = try pages()
        let answer = StructuredAnswer(
            context: context, step: step, agent: agent, model: model, tools: [], schema: Self.schema,
            faults: { Self.faults(of: $0, in: pages) })
        let result = try await answer.ask {
            try context.prompts.text(
                .meaning,
                ["documents": .list(pages.map { .record(["name": .string($0.name), "text": .string($0.text)]) })])
        }
        switch result {
        case .stopped(let stopped): return stopped
        case .unfit(let fault): return .failed(.invalid, "step \(step): the answer cannot be used: \(fault)")
        case .answer(let value):
            let findings = (value["findings"]?.arrayValue ?? []).map { Self.finding($0, in: pages) }
            let report = findings.isEmpty ? ["no conflict of meaning"] : ["\(findings.count.of("conflict")) of meaning"]
            return .succeeded(
                StepSuccess(
                    [
                        "path": .null, "commit": .null, "changed": false, "findings": .array(findings),
                        "report": .array(report.map { .string($0) }),
                    ], summary: report[0]))
        }
    }

    private func pages() throws -> [Page] {
        let feature = try context.feature()
        var pages = try FeatureFolder.Document.allCases.compactMap { document in
            try feature.optionalText(of: document).map { Page(name: document.file, text: $0) }
        }
        if let text = ProjectTexts.constitution(in: context.worktree) {
            pages.append(Page(name: "constitution.md", text: text))
        }
        return pages
    }

    private static func faults(of answer: JSONValue, in pages: [Page]) -> [String] {
        (answer["findings"]?.arrayValue ?? []).enumerated().flatMap { index, finding in
            [("document", "quote"), ("against", "against_quote")].compactMap { document, quote -> String? in
                let name = finding[document]?.stringValue ?? ""
                guard let page = pages.first(where: { $0.name == name }) else {
                    return "finding \(index + 1): there is no document '\(name)'"
                }
                let words = finding[quote]?.stringValue ?? ""
                return page.line(of: words) == nil
                    ? "finding \(index + 1): \(name) has no line with the words \"\(words.prefix(120))\"; copy them exactly"
                    : nil
            }
        }
    }

    /// With the lines of both sides.
    private static func finding(_ finding: JSONValue, in pages: [Page]) -> JSONValue {
        func line(_ document: String, _ quote: String) -> JSONValue {
            let page = pages.first { $0.name == finding[document]?.stringValue }
            return page?.line(of: finding[quote]?.stringValue ?? "").map { .integer(Int64($0)) } ?? .null
        }
        var object = finding.objectValue ?? [:]
        object.set(line("document", "quote"), for: "line")
        object.set(line("against", "against_quote"), for: "against_line")
        return .object(object)
    }

    private static let schema: JSONValue = [
        "type": "object", "required": ["findings"], "additionalProperties": false,
        "properties": [
            "findings": [
                "type": "array", "maxItems": 20,
                "items": [
                    "type": "object", "additionalProperties": false,
                    "required": ["document", "quote", "against", "against_quote", "message", "fix"],
                    "properties": [
                        "document": ["type": "string"], "quote": ["type": "string", "minLength": 1],
                        "against": ["type": "string"], "against_quote": ["type": "string", "minLength": 1],
                        "message": ["type": "string", "minLength": 1], "fix": ["type": "string", "minLength": 1],
                    ],
                ],
            ]
        ],
    ]
}
