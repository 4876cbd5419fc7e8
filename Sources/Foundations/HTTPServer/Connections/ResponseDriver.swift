/// Runs a handler and its response's body in the current task, in the same way for every kind of sink.
enum ResponseDriver {
    static func run(_ request: Request, _ rules: ResponseRules, _ sink: some ResponseSink) async {
        var response: Response
        do {
            response = try await rules.handler(request)
        } catch {
            response = rules.response(to: error, request.head)
        }
        let (length, produce): (Int?, @Sendable (BodyWriter) async throws -> Void)
        switch response.body {
        case .bytes:
            sink.respond(response)
            return
        case .upgrade(let name, let speak):
            await upgrade(response, to: name, speak, request, rules, sink)
            return
        case .stream(let known, let closure):
            (length, produce) = (known, closure)
        }
        guard request.method != .head, !response.status.isBodiless else {
            sink.respondWithoutBody(response, length: length)
            return
        }
        let writer = BodyWriter(response, sink.openStream(length: length))
        do {
            try await produce(writer)
            try writer.finish()
        } catch {
            switch writer.fail() {
            case .unsent(let old):
                response = rules.response(to: error, request.head)
                response.adopt(old.observers)
                sink.respond(response)
            case .sent:
                rules.report(error, request.head)
                writer.cut()
            case .replaced: break
            }
        }
    }
}

extension ResponseDriver {
    private static func upgrade(
        _ response: Response, to name: String, _ speak: @Sendable (UpgradedConnection) async throws -> Void,
        _ request: Request, _ rules: ResponseRules, _ sink: some ResponseSink
    ) async {
        guard request.head.minorVersion == 1, request.head.framing == .none,
            let (connection, end) = sink.upgrade(response, to: name)
        else {
            sink.respond(
                rules.refusalResponse(Refusal(426, "This is only answered on a connection of its own."), request.head))
            return
        }
        do {
            try await speak(connection)
        } catch {
            rules.report(error, request.head)
        }
        end()
    }
}

/// What is done with requests, and with errors that nobody caught.
struct ResponseRules: Sendable {
    let handler: Handler
    let refusalResponse: @Sendable (Refusal, RequestHead?) -> Response
    let failed: @Sendable (any Error, RequestHead) -> Void

    func response(to error: any Error, _ head: RequestHead) -> Response {
        if let refusal = error as? Refusal { return refusalResponse(refusal, head) }
        report(error, head)
        return refusalResponse(.internalError, head)
    }

    /// The error of a cancelled handler is a consequence of the client's leaving, and no news.
    func report(_ error: any Error, _ head: RequestHead) {
        if !Task.isCancelled, !(error is Disconnected) { failed(error, head) }
    }
}

/// Where a response goes: a connection, or a caller in the same process.
protocol ResponseSink: Sendable {
    /// Sends a whole response, whose body is bytes.
    func respond(_ response: Response)
    /// Sends the head of a response whose body would be streamed.
    func respondWithoutBody(_ response: Response, length: Int?)
    /// Gives the connection over to another protocol, and what is to be called at its end; nil where there is none.
    func upgrade(_ response: Response, to name: String) -> (UpgradedConnection, @Sendable () -> Void)?
    /// Prepares to send a response in parts.
    func openStream(length: Int?) -> any BodySink
}
