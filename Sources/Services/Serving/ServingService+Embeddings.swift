package import Conversation
import Gateway
package import Keys
import Money
import ServedCalls
import WireFormats

/// A call for vectors of somebody outside.
package struct EmbeddingQuestion: Sendable {
    package var id: String
    package var key: KnownKey
    /// The model as the client named it.
    package var model: String
    package var request: EmbeddingRequest

    package init(id: String, key: KnownKey, model: String, request: EmbeddingRequest) {
        self.id = id
        self.key = key
        self.model = model
        self.request = request
    }
}

extension ServingService {
    /// Gives the vectors of texts; admitted, paid for and written down as any other call.
    ///
    /// Throws `ServedFault`, and `CancellationError` where the caller went away.
    package func embed(_ question: EmbeddingQuestion) async throws -> EmbeddingReply {
        let started = ContinuousClock.now
        let (model, provider) = try models.embedder(for: question.model)
        guard question.key.allows("\(model)") else {
            throw refused(KeyRefusal(.model, "the key \(question.key.key.name) may not ask '\(question.model)'"))
        }
        let tokens = question.request.estimatedTokens
        let prices = models.prices(of: model)
        let ticket = try await admit(
            question.key,
            CallEstimate(model: "\(model)", tokens: tokens, cost: prices.map { $0.ceiling(input: tokens, output: 0) }))
        var call = ServedCall(
            request: question.id, kind: TaskKind.embed.rawValue, asked: question.model, model: "\(model)", status: 200)
        defer {
            call.latency = ContinuousClock.now - started
            finish(ticket, call, question.key)
        }
        do {
            var request = question.request
            request.model = model.model
            let reply = try await provider.embed(request)
            var usage = reply.usage
            if usage.totalInput == 0 { usage.input = tokens }
            call.usage = usage
            call.cost = prices.map { $0.cost(of: usage) }
            call.firstByte = ContinuousClock.now - started
            return reply
        } catch let error as ModelError {
            let fault = ServedFault(error)
            call.status = fault.kind.status
            // Nothing is known to be used where no vector came.
            call.cost = .zero
            throw fault
        } catch {
            call.status = 499
            (call.usage, call.cost) = (Usage(input: tokens), prices.map { $0.cost(of: Usage(input: tokens)) })
            throw error
        }
    }
}

extension EmbeddingRequest {
    /// On the high side.
    fileprivate var estimatedTokens: Int {
        switch input {
        case .texts(let texts): texts.reduce(0) { $0 + TokenEstimate.tokens(in: $1) + 2 }
        case .tokens(let tokens): tokens.reduce(0) { $0 + $1.count }
        }
    }
}
