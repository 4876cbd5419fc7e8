import SpecDocuments
import SpecProofs
import Specs
import Terminal

/// A feature on one terminal page; pure.
struct FeaturePageText: Sendable {
    private let summary: FeatureSummary
    private let width: Int
    private let style: TextStyle

    /// More lines of a kind than these are counted; `--json` has them all.
    private static let most = (stories: 8, requirements: 16, tasks: 16)

    init(_ summary: FeatureSummary, width: Int, style: TextStyle) {
        self.summary = summary
        self.width = max(40, width)
        self.style = style
    }

    var text: String {
        (heading + stories + requirements + criteria + tasks + order + [
            "", "\(style.bold("Next")): \(summary.next.sanitized)",
        ])
        .joined(separator: "\n")
    }

    private var heading: [String] {
        let feature = summary.feature
        let proof = summary.proof
        let done = summary.tasks.count(where: \.item.isDone)
        var facts: [String] = []
        for (state, style) in [(ProofState.proven, style.green), (.claimed, style.yellow), (.open, style.dim)]
        where proof.count(state) > 0 {
            facts.append(style("\(proof.count(state)) \(state.rawValue)"))
        }
        let errors = summary.errors > 0 ? "; " + style.red(count(summary.errors, "error", "errors")) : ""
        return [
            "\(style.bold(feature.name.sanitized))  \(feature.title.sanitized)".truncated(toWidth: width),
            "\(count(proof.requirements.count, "requirement", "requirements"))\(facts.isEmpty ? "" : ": " + facts.joined(separator: ", ")); \(done) of \(count(summary.tasks.count, "task", "tasks")) done\(errors)",
        ]
    }

    private func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    private var stories: [String] {
        guard !summary.stories.isEmpty else { return [] }
        let rows = summary.stories.prefix(Self.most.stories).map { story in
            let tasks = story.tasks == 0 ? "" : ", tasks \(story.tasksDone)/\(story.tasks)"
            return Row(
                lead: "  \(story.id)\(story.priority.map { " \($0)" } ?? "")", text: story.title,
                tail: "\(count(story.scenarios, "scenario", "scenarios"))\(tasks)")
        }
        return section("Stories", Array(rows), hidden: summary.stories.count - rows.count)
    }

    private var requirements: [String] {
        statements("Requirements", summary.proof.requirements, most: Self.most.requirements)
    }

    /// On a narrow screen the file goes without saying.
    private func place(_ test: SourceTest?) -> String {
        guard let test else { return "" }
        return width < 120 ? test.name : test.place
    }

    /// Criteria are measured more often than tested, so only those with something to say are shown.
    private var criteria: [String] {
        statements("Success criteria", summary.proof.criteria.filter { $0.state != .open }, most: 6)
    }

    private func statements(_ title: String, _ all: [StatementProof], most: Int) -> [String] {
        guard !all.isEmpty else { return [] }
        var shown = all
        // What is proven needs the least attention.
        while shown.count > most, let place = shown.lastIndex(where: { $0.state == .proven }) {
            shown.remove(at: place)
        }
        shown = Array(shown.prefix(most))
        let rows = shown.map { proof in
            let mark: String
            switch proof.state {
            case .proven: mark = style.green("✓")
            case .claimed: mark = style.yellow("~")
            case .open: mark = style.dim("·")
            }
            let tests = proof.tests.filter { $0.outcome == .passed }
            let tail =
                proof.state == .proven
                ? self.place(tests.first?.test) + (tests.count > 1 ? " +\(tests.count - 1)" : "") : proof.reason
            return Row(
                mark: mark, lead: " \(proof.statement.id)",
                text: proof.statement.text.split(whereSeparator: \.isNewline).joined(separator: " "), tail: tail)
        }
        return section(title, rows, hidden: all.count - shown.count)
    }

    private var tasks: [String] {
        guard !summary.tasks.isEmpty else { return [] }
        var shown = summary.tasks
        while shown.count > Self.most.tasks, let place = shown.firstIndex(where: \.item.isDone) {
            shown.remove(at: place)
        }
        shown = Array(shown.prefix(Self.most.tasks))
        let rows = shown.map { task in
            var tail: [String] = []
            if let commit = task.commit { tail.append("commit \(commit.prefix(8))") }
            if let receipt = task.receipts.first {
                tail.append(
                    "receipt \(receipt.suffix(8))\(task.receipts.count > 1 ? " +\(task.receipts.count - 1)" : "")")
            }
            let mark = task.item.isDone ? style.green("☑") : style.dim("☐")
            return Row(
                mark: mark, lead: " \(task.item.id)\(task.item.isParallel ? " [P]" : "")", text: task.item.title,
                tail: tail.joined(separator: ", "))
        }
        return section("Tasks", rows, hidden: summary.tasks.count - shown.count)
    }

    private var order: [String] {
        guard summary.batches.count > 1 else { return [] }
        let batches = summary.batches.map { $0.joined(separator: "+") }.joined(separator: " → ")
        let path = "\(summary.criticalPath.count) of \(summary.tasks.count) one after another"
        return [
            "", "\(style.bold("Order")) \(style.dim("(critical path: \(path))"))",
            "  " + batches.sanitized.truncated(toWidth: width - 2),
        ]
    }

    // MARK: - Lines

    private struct Row {
        var mark = ""
        var lead: String
        var text: String
        var tail: String
    }

    /// The rows of a section with their texts below one another; what is said at the end gets half at most.
    private func section(_ title: String, _ rows: [Row], hidden: Int) -> [String] {
        let lead = rows.map { $0.lead.displayWidth }.max() ?? 0
        let indent = rows.first?.mark.isEmpty == false ? 3 : 0
        let room = max(20, width - lead - indent - 4)
        let tail = min(rows.map { $0.tail.sanitized.displayWidth }.max() ?? 0, room / 2)
        var lines = ["", style.bold(title)]
        for row in rows {
            let mark = row.mark.isEmpty ? "" : "  \(row.mark)"
            let start = mark + row.lead + String(repeating: " ", count: lead - row.lead.displayWidth)
            let text = row.text.sanitized.truncated(toWidth: room - tail)
            let gap = String(repeating: " ", count: max(0, room - tail - text.displayWidth))
            let end = row.tail.sanitized.truncated(toWidth: tail)
            lines.append("\(start)  \(text)\(end.isEmpty ? "" : gap + "  " + style.dim(end))")
        }
        if hidden > 0 { lines.append(style.dim("  … and \(hidden) more; --json has them all")) }
        return lines
    }
}
