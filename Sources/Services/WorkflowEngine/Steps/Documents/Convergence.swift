import JSON
import SpecDocuments

/// Where code and specification differ, and the tasks that bring them together; pure.
struct Convergence: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable { case missing, partial, contradicting, unrequested }

    struct Finding: Sendable, Hashable {
        var kind: Kind
        var requirement: String?
        var what: String
        /// `path:line`; empty where nothing is there.
        var evidence: String
        var task: String
    }

    static let phase = "Convergence"

    /// What documents alone say, for the model to know and for the user to read.
    struct Facts: Sendable, Hashable {
        /// Requirements that no task names.
        var unplanned: [SpecDocument.Statement]
        /// Requirements all of whose tasks are ticked, and those with an open one.
        var claimed: [String]
        var open: [String]
        var openTasks: [TaskItem]
        /// Tasks that name neither a requirement nor a story.
        var purposeless: [TaskItem]
        /// Requirements that a test proves on the files as they are.
        private(set) var proven: [String] = []
        /// What has moved since the feature was recorded, one sentence each.
        var drift: [String] = []

        /// What is proven needs no task to show it.
        mutating func know(proven ids: [String]) {
            proven = ids
            unplanned.removeAll { ids.contains($0.id) }
        }

        init(_ spec: SpecDocument, _ tasks: TasksDocument) {
            let byRequirement = Dictionary(
                tasks.tasks.flatMap { task in task.requirements.map { ($0, [task]) } }, uniquingKeysWith: +)
            unplanned = spec.requirements.filter { byRequirement[$0.id] == nil }
            let planned = spec.requirements.filter { byRequirement[$0.id] != nil }.map(\.id)
            open = planned.filter { byRequirement[$0]?.contains { !$0.isDone } == true }
            claimed = planned.filter { byRequirement[$0]?.allSatisfy(\.isDone) == true }
            openTasks = tasks.tasks.filter { !$0.isDone }
            purposeless = tasks.tasks.filter { $0.requirements.isEmpty && $0.story == nil }
        }

        var lines: [String] {
            func list(_ ids: [String]) -> String { ids.isEmpty ? "none" : ids.joined(separator: ", ") }
            return [
                "requirements that no task names: \(list(unplanned.map(\.id)))",
                "requirements with an open task: \(list(open))",
                "requirements whose tasks are all ticked: \(list(claimed))",
                "open tasks: \(list(openTasks.map(\.id)))",
                "tasks that serve no requirement: \(list(purposeless.map(\.id)))",
                "requirements that a test proves on these files: \(list(proven))",
            ] + drift.prefix(20).map { "moved since it was proven: \($0)" }
        }
    }

    var findings: [Finding]

    init(_ answer: JSONValue) {
        findings = (answer["findings"]?.arrayValue ?? []).compactMap { finding in
            guard let kind = finding["kind"]?.stringValue.flatMap(Kind.init(rawValue:)) else { return nil }
            return Finding(
                kind: kind, requirement: finding["requirement"]?.stringValue?.uppercased(),
                what: finding["what"]?.stringValue ?? "", evidence: finding["evidence"]?.stringValue ?? "",
                task: finding["task"]?.stringValue ?? "")
        }
    }

    /// What is wrong with the findings, each in one sentence.
    func faults(for spec: SpecDocument, _ citations: Citations) -> [String] {
        let ids = Set((spec.requirements + spec.successCriteria).map(\.id))
        return Array(
            findings.enumerated().compactMap { index, finding -> String? in
                let name = "finding \(index + 1)"
                if let id = finding.requirement, !ids.contains(id) {
                    return "\(name): there is no requirement \(id); there are \(ids.sorted().joined(separator: ", "))."
                }
                if finding.requirement == nil, finding.kind != .unrequested {
                    return "\(name): a finding that is \(finding.kind.rawValue) names its requirement."
                }
                if finding.evidence.isEmpty {
                    return finding.kind == .missing
                        ? nil : "\(name): a finding that is \(finding.kind.rawValue) names the code, as `path:line`."
                }
                guard let place = Citations.places(in: finding.evidence).first else {
                    return "\(name): '\(finding.evidence)' is no place; write `path:line`."
                }
                return citations.fault(of: place).map { "\(name): \($0)." }
            }.prefix(10))
    }

    /// The tasks that are to be added: one for each finding, and one for each requirement that nobody has planned.
    ///
    /// One that stands in the document already, in the same words, is not added again.
    func newTasks(_ facts: Facts, in tasks: TasksDocument) -> [NewTask] {
        var known = Set(tasks.tasks.map { Self.key($0.title) })
        var new: [NewTask] = []
        func add(_ task: NewTask) {
            guard known.insert(Self.key(task.title)).inserted else { return }
            new.append(task)
        }
        for finding in findings {
            let requirement = finding.requirement.map { [$0] } ?? []
            add(NewTask("\(finding.task.onOneLine) (\(finding.kind.rawValue))", requirements: requirement))
        }
        let named = Set(findings.compactMap(\.requirement))
        for requirement in facts.unplanned where !named.contains(requirement.id) {
            add(
                NewTask(
                    "Show by a test that \(requirement.id) is met", requirements: [requirement.id]))
        }
        return new
    }

    /// A title without the ids behind it, which the document adds by itself.
    private static func key(_ title: String) -> String {
        let words = title.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        return words.filter { !$0.hasPrefix("(fr-") && !$0.hasPrefix("(nfr-") && !$0.hasPrefix("(sc-") }.joined(
            separator: " ")
    }

    var json: JSONValue {
        .array(
            findings.map { finding in
                [
                    "kind": .string(finding.kind.rawValue),
                    "requirement": finding.requirement.map { .string($0) } ?? .null, "what": .string(finding.what),
                    "evidence": .string(finding.evidence), "task": .string(finding.task),
                ]
            })
    }

    static let schema: JSONValue = [
        "type": "object", "required": ["findings"], "additionalProperties": false,
        "properties": [
            "findings": [
                "type": "array", "maxItems": 40,
                "items": [
                    "type": "object", "additionalProperties": false, "required": ["kind", "what", "evidence", "task"],
                    "properties": [
                        "kind": ["enum": .array(Kind.allCases.map { .string($0.rawValue) })],
                        "requirement": ["type": ["string", "null"]], "what": ["type": "string", "minLength": 1],
                        "evidence": ["type": "string"], "task": ["type": "string", "minLength": 1],
                    ],
                ],
            ]
        ],
    ]
}

extension String {
    fileprivate var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
