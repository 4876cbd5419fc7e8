import Conversation
import JSON

/// The output items of an answer that is being written: those that are open, and those that are whole.
///
/// Tool calls may come mixed, so that several are open at once; a message or a reasoning is open alone.
struct ResponsesOpenItems: Sendable {
    private let response: String
    private var slots: [JSONValue?] = []
    private var single: Single?
    private var calls: [Call] = []
    private var places: [Int: Int] = [:]
    private var startsPart = false

    init(response: String) {
        self.response = response
    }

    /// The items that are whole, in their order.
    var finished: [JSONValue] { slots.compactMap(\.self) }

    /// A message or a reasoning under construction; `text` grows in place.
    private struct Single {
        var isMessage: Bool
        var place: Int
        var id: String
        var parts: [JSONValue] = []
        var text = ""
        var annotations: [JSONValue] = []
        var hasPart = false
        /// What a reasoning is sent back with.
        var encrypted: String?

        var item: JSONObject {
            var item: JSONObject = ["id": .string(id), "type": "reasoning", "summary": .array(parts)]
            item.set(encrypted, for: "encrypted_content")
            return item
        }
    }

    private struct Call {
        var place: Int
        var itemID: String
        var id: String
        var name: String
        var text = ""
        var kind: ToolKind?
        var passthrough: Passthrough?
        /// Whether its beginning was written; it waits for what else is known of it.
        var isWritten = false
    }

    private static let family = OpenAIResponses.family

    mutating func write(_ event: ModelEvent, _ out: inout [JSONObject]) {
        switch event {
        case .text(let text):
            openMessage(&out)
            single?.text += text
            out.append(delta("response.output_text.delta", text, ["logprobs": []]))
        case .citation(let citation):
            guard let annotation = ResponsesContentWriter.annotation(citation) else { return }
            openMessage(&out)
            var event = place("response.output_text.annotation.added")
            event.set(.integer(Int64(single?.annotations.count ?? 0)), for: "annotation_index")
            event.set(annotation, for: "annotation")
            single?.annotations.append(annotation)
            out.append(event)
        case .nextPart:
            startsPart = single?.isMessage == true
        case .thinking(let text):
            guard !text.isEmpty else { return }
            openReasoning(&out)
            openSummary(&out)
            single?.text += text
            out.append(delta("response.reasoning_summary_text.delta", text, [:]))
        case .native(let native):
            guard native.family == Self.family, let item = native.completes else { return }
            whole(item, &out)
        case .toolCallStarted(let index, let id, let name):
            closeSingle("completed", &out)
            flushCalls(&out)
            places[index] = calls.count
            calls.append(Call(place: reserve(), itemID: "", id: id, name: name))
        case .toolCallDetails(let index, let kind, let passthrough):
            guard let place = places[index], !calls[place].isWritten else { return }
            calls[place].kind = kind
            calls[place].passthrough = passthrough
        case .toolCallFragment(let index, let json):
            guard let place = places[index], !json.isEmpty else { return }
            writeBeginning(of: place, &out)
            calls[place].text += json
            out.append(fragment(json, of: calls[place]))
        case .thinkingSignature(let signature):
            openReasoning(&out)
            single?.encrypted = ForeignThinking.signature(signature)
            closeSingle("completed", &out)
        case .redactedThinking(let data):
            closeSingle("completed", &out)
            openReasoning(&out)
            single?.encrypted = ForeignThinking.redacted(data)
            closeSingle("completed", &out)
        case .started, .usage, .fields, .stopSequence, .stopped: break
        }
    }

    mutating func closeAll(_ status: String, _ out: inout [JSONObject]) {
        closeSingle(status, &out)
        closeCalls(&out)
    }

    private mutating func reserve() -> Int {
        slots.append(nil)
        return slots.count - 1
    }

    private func place(_ type: String) -> JSONObject {
        guard let single else { return ["type": .string(type)] }
        var event: JSONObject = [
            "type": .string(type), "item_id": .string(single.id), "output_index": .integer(Int64(single.place)),
        ]
        event.set(
            .integer(Int64(single.parts.count)), for: single.isMessage ? "content_index" : "summary_index")
        return event
    }

    private func delta(_ type: String, _ text: String, _ others: JSONObject) -> JSONObject {
        var event = place(type)
        event.set(.string(text), for: "delta")
        for (name, value) in others { event.set(value, for: name) }
        return event
    }

    private mutating func openMessage(_ out: inout [JSONObject]) {
        if single?.isMessage != true {
            closeSingle("completed", &out)
            closeCalls(&out)
            open(isMessage: true, &out)
        }
        if startsPart { closePart(&out) }
        startsPart = false
        guard single?.hasPart == false else { return }
        single?.hasPart = true
        var event = place("response.content_part.added")
        event.set(ResponsesContentWriter.outputText(Passage("")), for: "part")
        out.append(event)
    }

    private mutating func openReasoning(_ out: inout [JSONObject]) {
        guard single?.isMessage != false else { return }
        closeSingle("completed", &out)
        closeCalls(&out)
        open(isMessage: false, &out)
    }

    private mutating func openSummary(_ out: inout [JSONObject]) {
        guard single?.hasPart == false else { return }
        single?.hasPart = true
        var event = place("response.reasoning_summary_part.added")
        event.set(["type": "summary_text", "text": ""], for: "part")
        out.append(event)
    }

    private mutating func open(isMessage: Bool, _ out: inout [JSONObject]) {
        let place = reserve()
        let id = ResponsesReplyWriter.itemID(isMessage ? "msg" : "rs", response, place)
        single = Single(isMessage: isMessage, place: place, id: id)
        let item: JSONValue =
            isMessage
            ? ResponsesReplyWriter.message(id: id, [], status: "in_progress")
            : ["id": .string(id), "type": "reasoning", "summary": []]
        added(item, at: place, &out)
    }

    private mutating func closePart(_ out: inout [JSONObject]) {
        guard var open = single, open.hasPart else { return }
        single = nil
        let part: JSONValue
        if open.isMessage {
            part = [
                "type": "output_text", "text": .string(open.text), "annotations": .array(open.annotations),
                "logprobs": [],
            ]
        } else {
            part = ["type": "summary_text", "text": .string(open.text)]
        }
        single = open
        var text = place(open.isMessage ? "response.output_text.done" : "response.reasoning_summary_text.done")
        text.set(.string(open.text), for: "text")
        if open.isMessage { text.set([], for: "logprobs") }
        var done = place(open.isMessage ? "response.content_part.done" : "response.reasoning_summary_part.done")
        done.set(part, for: "part")
        out += [text, done]
        open.parts.append(part)
        open.text = ""
        open.annotations = []
        open.hasPart = false
        single = open
    }

    private mutating func closeSingle(_ status: String, _ out: inout [JSONObject]) {
        closePart(&out)
        startsPart = false
        guard let open = single else { return }
        single = nil
        let item: JSONValue =
            open.isMessage
            ? ResponsesReplyWriter.message(id: open.id, open.parts, status: status)
            : .object(open.item)
        finish(item, at: open.place, &out)
    }

    /// An item of this API's own as its provider gave it; a reasoning ends the one whose words were just written.
    private mutating func whole(_ item: JSONValue, _ out: inout [JSONObject]) {
        if item["type"] == "reasoning", let open = single, !open.isMessage, var object = item.objectValue {
            closePart(&out)
            single = nil
            object.set(.string(open.id), for: "id")
            finish(.object(object), at: open.place, &out)
            return
        }
        closeAll("completed", &out)
        let place = reserve()
        added(item, at: place, &out)
        finish(item, at: place, &out)
    }

    private mutating func writeBeginning(of place: Int, _ out: inout [JSONObject]) {
        guard !calls[place].isWritten else { return }
        calls[place].isWritten = true
        let slot = calls[place].place
        calls[place].itemID =
            calls[place].passthrough?.ownID
            ?? ResponsesReplyWriter.itemID(calls[place].kind == .freeText ? "ctc" : "fc", response, slot)
        added(item(of: calls[place], status: "in_progress"), at: slot, &out)
    }

    /// Writes the beginnings of calls that nothing more will be said of before the next one.
    private mutating func flushCalls(_ out: inout [JSONObject]) {
        for place in calls.indices { writeBeginning(of: place, &out) }
    }

    private func fragment(_ text: String, of call: Call) -> JSONObject {
        [
            "type": call.kind == .freeText
                ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta",
            "item_id": .string(call.itemID), "output_index": .integer(Int64(call.place)), "delta": .string(text),
        ]
    }

    private func item(of call: Call, status: String) -> JSONValue {
        ResponsesReplyWriter.call(
            id: call.itemID, callID: call.id, name: call.name, arguments: call.text, kind: call.kind,
            passthrough: call.passthrough, status: status)
    }

    private mutating func closeCalls(_ out: inout [JSONObject]) {
        for place in calls.indices {
            writeBeginning(of: place, &out)
            // A call without a word of arguments is one with none; they are to be JSON all the same.
            if calls[place].text.isEmpty, calls[place].kind == nil {
                calls[place].text = "{}"
                out.append(fragment("{}", of: calls[place]))
            }
            let call = calls[place]
            let isFree = call.kind == .freeText
            out.append([
                "type": isFree ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
                "item_id": .string(call.itemID), "output_index": .integer(Int64(call.place)),
                (isFree ? "input" : "arguments"): .string(call.text),
            ])
            finish(item(of: call, status: "completed"), at: call.place, &out)
        }
        calls = []
        places = [:]
    }

    private func added(_ item: JSONValue, at place: Int, _ out: inout [JSONObject]) {
        out.append([
            "type": "response.output_item.added", "output_index": .integer(Int64(place)), "item": item,
        ])
    }

    private mutating func finish(_ item: JSONValue, at place: Int, _ out: inout [JSONObject]) {
        slots[place] = item
        out.append(["type": "response.output_item.done", "output_index": .integer(Int64(place)), "item": item])
    }
}

extension Passthrough {
    /// The id that an item had at its provider.
    fileprivate var ownID: String? { family == OpenAIResponses.family ? members["id"]?.stringValue : nil }
}
