import JSON
import Timekeeping
import Verification

/// Results as objects for scripts.
enum VerificationJSON {
    static func object(of results: [VerificationResult], _ verdict: VerificationVerdict) -> JSONValue {
        ["status": .string(verdict.rawValue), "results": .array(results.map(object))]
    }

    static func object(of result: VerificationResult) -> JSONValue {
        var reason: JSONValue = .null
        if case .couldNotRun(let text) = result.status { reason = .string(text) }
        return [
            "kind": .string(result.kind.rawValue), "adapter": .string(result.adapter),
            "folder": .string(result.folder), "status": .string(result.status.word), "reason": reason,
            "summary": .string(VerificationText.counts(of: result)),
            "reused_from": result.reusedFrom.map { .string($0.iso8601) } ?? .null,
            "excerpt": .string(result.excerpt),
            "changed_paths": .array(result.changedPaths.map { .string($0) }),
            // Numbers that JSON does not have are the only thing that could not be written.
            "report": (try? result.report.map { try report($0) }) ?? .null,
            "receipt": result.receipt.map(object) ?? .null,
        ]
    }

    private static func report(_ report: VerificationReport) throws -> JSONValue {
        switch report {
        case .tests(let value): ["tests": try JSONCoding.encode(value)]
        case .coverage(let value): ["coverage": try JSONCoding.encode(value)]
        case .findings(let value): ["findings": try JSONCoding.encode(value)]
        case .complexity(let value): ["complexity": try JSONCoding.encode(value)]
        case .performance(let value): ["performance": try JSONCoding.encode(value)]
        }
    }

    private static func object(of receipt: VerificationReceipt) -> JSONValue {
        [
            "id": .string(receipt.id), "command": .string(receipt.command), "tree": .string(receipt.tree),
            "exit_code": receipt.exitCode.map { .integer(Int64($0)) } ?? .null,
            "tool_version": .string(receipt.toolVersion), "environment": .string(receipt.environment),
            "log": .string(receipt.log), "log_sha256": .string(receipt.logHash),
            "log_bytes": .integer(Int64(receipt.logBytes)), "flaky": .array(receipt.flaky.map { .string($0) }),
            "started_at": .string(receipt.startedAt.iso8601), "seconds": .number(receipt.seconds),
            "ran_by": .string(receipt.ranBy),
        ]
    }
}
