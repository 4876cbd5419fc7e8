package import JSON
package import ServedCalls
import Timekeeping

/// Batches and files as Anthropic's and OpenAI's APIs show them; pure.
package enum BatchBodies {
    // MARK: - Anthropic

    /// - Parameter address: of this server, as the client calls it: `http://127.0.0.1:8790`.
    package static func anthropic(_ found: ServedBatchService.Found, address: String) -> JSONValue {
        let (batch, counts) = found
        let status = batch.endedAt != nil ? "ended" : batch.cancelledAt != nil ? "canceling" : "in_progress"
        return [
            "id": .string(batch.id), "type": "message_batch", "processing_status": .string(status),
            "request_counts": [
                "processing": integer(counts.open), "succeeded": integer(counts[.succeeded]),
                "errored": integer(counts[.errored]), "canceled": integer(counts[.canceled]),
                "expired": integer(counts[.expired]),
            ], "created_at": .string(batch.createdAt.iso8601), "expires_at": .string(batch.expiresAt.iso8601),
            "ended_at": batch.endedAt.map { .string($0.iso8601) } ?? .null, "archived_at": nil,
            "cancel_initiated_at": batch.cancelledAt.map { .string($0.iso8601) } ?? .null,
            "results_url": batch.endedAt == nil
                ? .null : .string("\(address)/v1/messages/batches/\(batch.id)/results"),
        ]
    }

    package static func anthropicList(
        _ list: [ServedBatchService.Found], hasMore: Bool, address: String
    ) -> JSONValue {
        [
            "data": .array(list.map { anthropic($0, address: address) }), "has_more": .bool(hasMore),
            "first_id": list.first.map { .string($0.batch.id) } ?? .null,
            "last_id": list.last.map { .string($0.batch.id) } ?? .null,
        ]
    }

    /// A line of the results.
    package static func anthropicLine(_ entry: ServedBatchEntry) -> [UInt8] {
        let id = JSONValue.string(entry.customID).text()
        let result =
            switch entry.state {
            case .succeeded: #"{"type":"succeeded","message":\#(entry.result ?? "null")}"#
            case .errored: #"{"type":"errored","error":\#(entry.result ?? "null")}"#
            case .expired: #"{"type":"expired"}"#
            default: #"{"type":"canceled"}"#
            }
        return Array(#"{"custom_id":\#(id),"result":\#(result)}"#.utf8) + [UInt8(ascii: "\n")]
    }

    package static func anthropicDeleted(_ id: String) -> JSONValue {
        ["id": .string(id), "type": "message_batch_deleted"]
    }

    // MARK: - OpenAI

    package static func openAI(_ found: ServedBatchService.Found) -> JSONValue {
        let (batch, counts) = found
        let failed = counts[.errored] + counts[.expired] + counts[.canceled]
        let status: String
        switch (batch.endedAt, batch.cancelledAt) {
        case (nil, nil): status = "in_progress"
        case (nil, _?): status = "cancelling"
        case (_?, _?): status = "cancelled"
        case (_?, nil) where !batch.faults.isEmpty: status = "failed"
        case (_?, nil): status = counts[.expired] > 0 ? "expired" : "completed"
        }
        func time(_ time: Timestamp?, if condition: Bool = true) -> JSONValue {
            condition ? time.map { .integer($0.milliseconds / 1000) } ?? .null : .null
        }
        let hasEnded = batch.endedAt != nil
        return [
            "id": .string(batch.id), "object": "batch", "endpoint": .string(batch.endpoint),
            "errors": batch.faults.isEmpty ? .null : errors(batch.faults),
            "input_file_id": .string(batch.inputFile ?? ""), "completion_window": "24h", "status": .string(status),
            "output_file_id": hasEnded && counts[.succeeded] > 0 ? .string(batch.outputFile ?? "") : .null,
            "error_file_id": hasEnded && failed > 0 ? .string(batch.errorFile ?? "") : .null,
            "created_at": time(batch.createdAt), "in_progress_at": time(batch.createdAt, if: status != "failed"),
            "expires_at": time(batch.expiresAt), "finalizing_at": nil,
            "completed_at": time(batch.endedAt, if: status == "completed"),
            "failed_at": time(batch.endedAt, if: status == "failed"),
            "expired_at": time(batch.endedAt, if: status == "expired"), "cancelling_at": time(batch.cancelledAt),
            "cancelled_at": time(batch.endedAt, if: status == "cancelled"),
            "request_counts": [
                "total": integer(batch.faults.isEmpty ? batch.entries : 0), "completed": integer(counts[.succeeded]),
                "failed": integer(failed),
            ], "metadata": batch.metadata ?? .null,
        ]
    }

    private static func errors(_ faults: [ServedBatch.Fault]) -> JSONValue {
        [
            "object": "list",
            "data": .array(
                faults.map { fault in
                    [
                        "code": .string(fault.code), "message": .string(fault.message),
                        "param": fault.path.map { .string($0) } ?? .null, "line": fault.line.map(integer) ?? .null,
                    ]
                }),
        ]
    }

    package static func openAIList(_ list: [ServedBatchService.Found], hasMore: Bool) -> JSONValue {
        [
            "object": "list", "data": .array(list.map(openAI)), "has_more": .bool(hasMore),
            "first_id": list.first.map { .string($0.batch.id) } ?? .null,
            "last_id": list.last.map { .string($0.batch.id) } ?? .null,
        ]
    }

    /// A line of the file of answers or of that of failures.
    package static func openAILine(_ entry: ServedBatchEntry) -> [UInt8] {
        let id = JSONValue.string(entry.customID).text()
        let (response, error) =
            switch entry.state {
            case .succeeded, .errored: (entry.result ?? "null", "null")
            case .expired:
                ("null", #"{"code":"batch_expired","message":"This request was not begun before the batch expired."}"#)
            default:
                (
                    "null",
                    #"{"code":"batch_cancelled","message":"This request was not answered before the batch was cancelled."}"#
                )
            }
        let name = "batch_req_\(entry.batch.suffix(12))_\(entry.number)"
        return Array(#"{"id":"\#(name)","custom_id":\#(id),"response":\#(response),"error":\#(error)}"#.utf8)
            + [UInt8(ascii: "\n")]
    }

    /// - Parameter keep: how long files are kept.
    package static func file(_ file: ServedFile, keep: Duration) -> JSONValue {
        [
            "id": .string(file.id), "object": "file", "bytes": integer(file.size),
            "created_at": .integer(file.createdAt.milliseconds / 1000),
            "expires_at": .integer((file.createdAt + keep).milliseconds / 1000), "filename": .string(file.name),
            "purpose": "batch", "status": "processed", "status_details": nil,
        ]
    }

    package static func files(_ files: [ServedFile], hasMore: Bool, keep: Duration) -> JSONValue {
        [
            "object": "list", "data": .array(files.map { file($0, keep: keep) }), "has_more": .bool(hasMore),
            "first_id": files.first.map { .string($0.id) } ?? .null,
            "last_id": files.last.map { .string($0.id) } ?? .null,
        ]
    }

    package static func fileDeleted(_ id: String) -> JSONValue {
        ["id": .string(id), "object": "file", "deleted": true]
    }

    private static func integer(_ number: Int) -> JSONValue { .integer(Int64(number)) }
}
