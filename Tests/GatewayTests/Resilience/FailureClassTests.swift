import Conversation
import Gateway
import Testing

@Suite struct FailureClassTests {
    @Test(arguments: ModelError.Code.allCases)
    func `What passes by itself is what may be sent again, and nothing else`(_ code: ModelError.Code) {
        #expect(code.failureClass.isLasting == !ModelError(code, "").isTransient)
    }

    private static let codes: [(FailureClass.Scope, Set<ModelError.Code>)] = [
        (.key, [.authentication, .outOfCredit, .rateLimited]),
        (.service, [.overloaded, .network, .providerFault, .timeout, .streamCut, .malformedStream]),
        (.model, [.unknownModel]),
        (.request, [.contextTooLong, .refused, .invalidRequest, .rehearsal]),
    ]

    @Test(arguments: codes)
    func `Each failure is about one thing`(scope: FailureClass.Scope, codes: Set<ModelError.Code>) {
        #expect(Set(ModelError.Code.allCases.filter { $0.failureClass.scope == scope }) == codes)
    }

    @Test func `A breaker counts what the service is to blame for, and no bad request or refused key`() {
        #expect(
            Set(ModelError.Code.allCases.filter { $0.failureClass.isFaultOfService })
                == [
                    .rateLimited, .overloaded, .network, .providerFault, .timeout, .streamCut, .malformedStream,
                ])
    }

    @Test func `Only where the provider may have read the request is it charged`() {
        #expect(
            Set(ModelError.Code.allCases.filter { $0.failureClass.mayBeCharged })
                == [.timeout, .streamCut, .malformedStream])
    }
}

@Suite struct JitterTests {
    private static let busy = ModelError(.overloaded, "busy")

    @Test(arguments: [(0.0, [500, 1000, 2000]), (0.5, [750, 1500, 3000]), (1.0, [1000, 2000, 4000])])
    func `Waits double, and half of each is left to chance`(jitter: Double, milliseconds: [Int]) {
        let waits = (1...3).map { RetryPolicy.standard.delay(after: Self.busy, attempt: $0, jitter: jitter) }
        #expect(waits == milliseconds.map { .milliseconds($0) })
        #expect(RetryPolicy.standard.delay(after: Self.busy, attempt: 4, jitter: jitter) == nil)
    }

    @Test func `Chance takes nothing off what the provider asks for`() {
        let limited = ModelError(.rateLimited, "slow down", retryAfter: .seconds(7))
        #expect(RetryPolicy.standard.delay(after: limited, attempt: 1, jitter: 0) == .seconds(7))
    }

    @Test func `No wait is beyond the longest, whatever the attempt`() {
        let policy = RetryPolicy(attempts: .max, base: .seconds(1), longest: .seconds(60))
        for attempt in [7, 17, 64, 1_000_000] {
            #expect(policy.delay(after: Self.busy, attempt: attempt) == .seconds(60))
        }
    }

    @Test func `Chance itself stays within its bounds`() {
        for _ in 0..<100 { #expect((0...1).contains(Jitter.system.next())) }
        #expect(RetryPolicy.standard.backoff(attempt: 1, jitter: 7) == .seconds(1))
        #expect(RetryPolicy.standard.backoff(attempt: 1, jitter: -7) == .milliseconds(500))
    }
}
