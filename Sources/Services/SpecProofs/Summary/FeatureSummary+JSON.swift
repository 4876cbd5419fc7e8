package import JSON
import SpecDocuments
import Specs

extension FeatureSummary {
    package var json: JSONValue {
        [
            "name": .string(feature.name), "folder": .string(feature.folder), "title": .string(feature.title),
            "tree": tree.map { .string($0) } ?? .null, "errors": .integer(Int64(errors)),
            "stories": .array(
                stories.map { story in
                    [
                        "id": .string(story.id), "title": .string(story.title),
                        "priority": story.priority.map { .string($0) } ?? .null,
                        "scenarios": .integer(Int64(story.scenarios)),
                        "tasks": ["done": .integer(Int64(story.tasksDone)), "all": .integer(Int64(story.tasks))],
                    ]
                }),
            "requirements": .array(proof.requirements.map(Self.json)),
            "criteria": .array(proof.criteria.map(Self.json)),
            "tasks": .array(
                tasks.map { task in
                    [
                        "id": .string(task.item.id), "title": .string(task.item.title), "done": .bool(task.item.isDone),
                        "parallel": .bool(task.item.isParallel),
                        "story": task.item.story.map { .string($0) } ?? .null,
                        "commit": task.commit.map { .string($0) } ?? .null,
                        "receipts": .array(task.receipts.map { .string($0) }), "line": .integer(Int64(task.item.line)),
                    ]
                }),
            "batches": .array(batches.map { .array($0.map { .string($0) }) }),
            "critical_path": .array(criticalPath.map { .string($0) }), "ready": .array(ready.map { .string($0) }),
            "recorded": .bool(isRecorded), "next": .string(next),
        ]
    }

    private static func json(_ proof: StatementProof) -> JSONValue {
        [
            "id": .string(proof.statement.id), "text": .string(proof.statement.text),
            "line": .integer(Int64(proof.statement.line)), "state": .string(proof.state.rawValue),
            "reason": .string(proof.reason), "tasks": .array(proof.tasks.map { .string($0.id) }),
            "tests": .array(
                proof.tests.map { evidence in
                    [
                        "place": .string(evidence.test.place), "line": .integer(Int64(evidence.test.line)),
                        "outcome": .string(evidence.outcome.rawValue),
                        "receipt": evidence.receipt.map { .string($0) } ?? .null,
                    ]
                }),
        ]
    }
}
