import Conversation
import HTTPServer
import JSON
import Serving
import WireFormats

extension GatewayAPI {
    /// The tokens of a request: by the count of the model's provider where that counts, else by our own, which says so.
    func countTokens(_ request: Request) async throws -> Response {
        let key = try key(of: request)
        let body = try await json(of: request)
        var counted: ModelRequest
        do throws(WireFault) {
            counted = try AnthropicMessages.countRequest(from: body)
        } catch {
            throw ServedFault(error)
        }
        for name in AnthropicMessages.passedHeaders {
            if let value = request.headers[name] { counted.passthroughHeaders[name] = value }
        }
        let count = try await service.count(counted, for: key)
        var response = Response.json(AnthropicMessages.countBody(inputTokens: count.tokens).bytes())
        response.headers["x-vencejo-token-count"] = count.source.rawValue
        return response
    }
}
