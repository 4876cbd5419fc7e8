import JSON
import ServedCalls
import WireFormats

/// An entry as a client hands it over, found to be one that can be asked.
struct Draft: Sendable {
    var customID: String
    var body: JSONValue

    // MARK: - Anthropic

    static func anthropic(_ body: JSONValue, most: Int) throws(WireFault) -> [Draft] {
        guard let requests = body["requests"] else { throw WireFault(.invalid, "requests", "the field is missing") }
        guard let entries = requests.arrayValue, !entries.isEmpty else {
            throw WireFault(.invalid, "requests", "expected a list of requests that is not empty")
        }
        guard entries.count <= most else {
            throw WireFault(
                .invalid, "requests", "\(entries.count) requests are more than the \(most) that one batch takes")
        }
        var drafts: [Draft] = []
        var seen: Set<String> = []
        for (index, entry) in entries.enumerated() {
            let place = "requests[\(index)]"
            let id = try customID(of: entry, place, &seen)
            guard let params = entry["params"] else {
                throw WireFault(.invalid, "\(place).params", "the field is missing")
            }
            do throws(WireFault) {
                _ = try BatchEndpoint.messages.request(from: params)
            } catch {
                throw error.inside("params").inside(place)
            }
            drafts.append(Draft(customID: id, body: params))
        }
        return drafts
    }

    private static func customID(
        of entry: JSONValue, _ place: String, _ seen: inout Set<String>
    ) throws(WireFault) -> String {
        guard let id = entry["custom_id"]?.stringValue, (1...64).contains(id.utf8.count) else {
            throw WireFault(.invalid, "\(place).custom_id", "expected a text of 1 to 64 bytes")
        }
        guard seen.insert(id).inserted else {
            throw WireFault(.invalid, "\(place).custom_id", "'\(id)' is the id of an earlier request, too")
        }
        return id
    }

    // MARK: - OpenAI

    /// What is to be done with a file.
    struct Order: Sendable {
        var file: String
        var endpoint: BatchEndpoint
        var metadata: JSONValue?

        init(_ body: JSONValue) throws(WireFault) {
            guard let file = body["input_file_id"]?.stringValue else {
                throw WireFault(.invalid, "input_file_id", "expected the id of a file that was uploaded")
            }
            let known = BatchEndpoint.allCases.filter { $0 != .messages }
            guard let endpoint = known.first(where: { $0.rawValue == body["endpoint"]?.stringValue }) else {
                let names = known.map(\.rawValue).joined(separator: " or ")
                throw WireFault(.invalid, "endpoint", "expected \(names)")
            }
            guard body["completion_window"]?.stringValue == "24h" else {
                throw WireFault(.invalid, "completion_window", "expected 24h")
            }
            self.file = file
            self.endpoint = endpoint
            if let metadata = body["metadata"], !metadata.isNull {
                guard metadata.objectValue != nil else {
                    throw WireFault(.invalid, "metadata", "expected an object")
                }
                self.metadata = metadata
            }
        }
    }

    /// The most faults of a file that are told.
    private static let mostFaults = 20

    static func openAI(
        _ content: [UInt8], _ endpoint: BatchEndpoint, most: Int
    ) -> (entries: [Draft], faults: [ServedBatch.Fault]) {
        var drafts: [Draft] = []
        var faults: [ServedBatch.Fault] = []
        var seen: Set<String> = []
        var number = 0
        for line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            guard drafts.count < most else {
                faults.append(
                    .init(line: nil, code: "too_many_tasks", message: "the file has more than \(most) requests"))
                break
            }
            do throws(WireFault) {
                drafts.append(try draft(Array(line), endpoint, &seen))
            } catch {
                faults.append(
                    .init(
                        line: number, code: error.path.isEmpty ? "invalid_json_line" : "invalid_request",
                        message: error.message, path: error.path.isEmpty ? nil : error.path))
                if faults.count == mostFaults { break }
            }
        }
        if drafts.isEmpty, faults.isEmpty {
            faults = [.init(line: nil, code: "empty_file", message: "the file has no requests")]
        }
        return (drafts, faults)
    }

    private static func draft(
        _ line: [UInt8], _ endpoint: BatchEndpoint, _ seen: inout Set<String>
    ) throws(WireFault) -> Draft {
        let entry: JSONValue
        do throws(JSONError) {
            entry = try JSONValue(parsing: line)
        } catch {
            throw WireFault(.invalid, "", "the line is not JSON: \(error.message)")
        }
        guard let id = entry["custom_id"]?.stringValue, (1...64).contains(id.utf8.count) else {
            throw WireFault(.invalid, "custom_id", "expected a text of 1 to 64 bytes")
        }
        guard seen.insert(id).inserted else {
            throw WireFault(.invalid, "custom_id", "'\(id)' is the id of an earlier line, too")
        }
        guard entry["method"]?.stringValue == "POST" else { throw WireFault(.invalid, "method", "expected POST") }
        guard entry["url"]?.stringValue == endpoint.rawValue else {
            throw WireFault(.invalid, "url", "expected \(endpoint.rawValue), as the batch says")
        }
        guard let body = entry["body"] else { throw WireFault(.invalid, "body", "the field is missing") }
        do throws(WireFault) {
            _ = try endpoint.request(from: body)
        } catch {
            throw error.inside("body")
        }
        return Draft(customID: id, body: body)
    }
}
