package import Conversation
package import JSON

/// OpenAI's Responses API (`/v1/responses`), read and written in both directions; pure.
///
/// What is read and written again is the same JSON but for the order of members, the way of writing a number, arguments that
/// are no JSON object, and the order of items within one turn of the user. Everything is linear in the size of a body.
package enum OpenAIResponses {
    static let family = WireFamily.openAIResponses

    /// Reads a request of `POST /v1/responses`.
    package static func request(from body: JSONValue) throws(WireFault) -> ServedRequest {
        try ResponsesRequestReader(body).read()
    }

    /// The request in this format; always as a stream, unless the caller says otherwise.
    package static func body(of request: ModelRequest, stream: Bool = true) -> JSONValue {
        ResponsesRequestWriter(request: request).body(stream: stream)
    }

    /// Why a request cannot go to a model that is spoken to in that format, or nil where it can.
    ///
    /// State that OpenAI keeps can be continued by OpenAI only.
    package static func fault(of request: ModelRequest, for target: WireFamily) -> WireFault? {
        guard request.origin == family, target != family, let members = request.passthrough?.members else { return nil }
        for (name, problem) in Self.stateful {
            guard let value = members[name], !value.isNull, value != false else { continue }
            return WireFault(.unsupported, name, problem)
        }
        return nil
    }

    private static let stateful = [
        (
            "previous_response_id",
            "this model is not served by OpenAI's Responses API, and answers are not kept here; send the whole conversation in input"
        ),
        (
            "conversation",
            "this model is not served by OpenAI's Responses API, and conversations are not kept here; send the whole conversation in input"
        ),
        (
            "prompt",
            "this model is not served by OpenAI's Responses API, which alone has stored prompts; send instructions"
        ),
        ("background", "this model is not served by OpenAI's Responses API, and answers are not kept here; use stream"),
    ]

    /// Reads a whole answer.
    ///
    /// - Throws: `WireFault`, and `ModelError` where the answer says that it failed.
    package static func reply(from body: JSONValue) throws -> ModelReply { try ResponsesReplyReader.reply(body) }

    /// The body of a whole answer.
    package static func body(of reply: ModelReply, answer: ServedAnswer) -> JSONValue {
        ResponsesReplyWriter.body(of: reply, answer: answer)
    }

    /// The body of a failure in OpenAI's shape.
    package static func errorBody(of fault: ServedFault, requestID: String) -> (status: Int, body: JSONValue) {
        (
            fault.kind.status,
            [
                "error": [
                    "message": .string(fault.message), "type": .string(errorType(fault.kind)),
                    "param": fault.path.map { .string($0) } ?? .null, "code": fault.code.map { .string($0) } ?? .null,
                ],
                "request_id": .string(requestID),
            ]
        )
    }

    static func errorType(_ kind: ServedFault.Kind) -> String {
        switch kind {
        case .invalidRequest, .notFound, .methodNotAllowed, .tooLarge: "invalid_request_error"
        case .authentication: "authentication_error"
        case .permission: "permission_error"
        case .rateLimited: "rate_limit_error"
        case .outOfCredit: "insufficient_quota"
        case .overloaded, .upstream, .timeout, .internalFault: "server_error"
        }
    }

    /// What stands between the brackets of a passthrough of ours, besides the wire's own members.
    enum Key {
        /// The members of a message item but for its content, on the first of its parts.
        static let item = "$item"
        /// That a request has no input.
        static let noInput = "$noInput"
        /// A whole answer, as its provider sent it.
        static let response = "$response"
    }

    enum Form {
        /// A content that is a plain string.
        static let string = "string"
        static let refusal = "refusal"
        /// The output of a tool that takes free text.
        static let custom = "custom"
        /// Base64 without the `data:` prefix.
        static let bare = "bare"
    }
}
