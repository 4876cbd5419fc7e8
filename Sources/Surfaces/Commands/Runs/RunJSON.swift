import Conversation
import Identity
import JSON
import Money
import Runs
import Timekeeping
import WorkflowEngine

/// The objects that `--json` prints of runs.
enum RunJSON {
    /// The report, with what a script asks for first at the top.
    static func object(of report: RunReport) throws -> JSONValue {
        var object: JSONObject = [
            "id": .string(report.run.id.string), "status": .string(report.run.status.rawValue),
            "proven": .bool(report.isProven), "branch": .string(report.run.branch),
            "worktree": .string(report.run.worktree), "spent_usd_micros": .integer(report.spent.micros),
            "cached_calls": .integer(Int64(report.cachedCalls)), "saved_usd_micros": .integer(report.saved.micros),
            "input_tokens": .integer(Int64(report.usage.totalInput)),
            "cached_input_tokens": .integer(Int64(report.usage.cacheRead)),
            "cached_input_percent": .integer(Int64(report.usage.cachedPercent)),
        ]
        if let outputs = report.outputs { object.set(outputs, for: "outputs") }
        if let gate = report.openGate { object.set(.string(gate.id.string), for: "gate") }
        object.set(try JSONCoding.encode(report), for: "report")
        return .object(object)
    }

    static func row(of run: Run, isHeld: Bool) -> JSONValue {
        [
            "id": .string(run.id.string), "status": .string(run.status.rawValue), "held": .bool(isHeld),
            "request": .string(run.request), "project": .string(run.project), "branch": .string(run.branch),
            "created_at": .string(run.createdAt.iso8601),
        ]
    }
}
