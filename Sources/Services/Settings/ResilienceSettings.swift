import YAML

extension Settings {
    /// What is done where a model does not answer.
    package struct Resilience: Sendable, Hashable {
        /// For calls of runs.
        package var retries = Retries(attempts: 4, wait: .seconds(1), longestWait: .seconds(60))
        /// For served calls, whose clients try again by themselves.
        package var served = Retries(attempts: 3, wait: .milliseconds(250), longestWait: .seconds(5))
        /// How long a served call may take with all of its attempts; nil is as long as it takes.
        package var servedTime: Duration?
        package var breaker = Breaker()
        package var timeouts = Timeouts()

        package init() {}
    }

    package struct Retries: Sendable, Hashable {
        /// How often each model is asked in all.
        package var attempts: Int
        /// The first wait; it doubles each time.
        package var wait: Duration
        package var longestWait: Duration

        package init(attempts: Int, wait: Duration, longestWait: Duration) {
            self.attempts = attempts
            self.wait = wait
            self.longestWait = longestWait
        }
    }

    package struct Breaker: Sendable, Hashable {
        /// Failures in a row that open it.
        package var failures = 5
        package var window: Duration = .seconds(60)
        /// The share of failures in percent that opens it, once the window has so many calls.
        package var percent = 50
        package var calls = 20
        package var pause: Duration = .seconds(5)
        package var longestPause: Duration = .seconds(120)
        /// How long a key that was refused is passed over.
        package var keyPause: Duration = .seconds(300)

        package init() {}
    }

    /// How long to wait for a provider.
    package struct Timeouts: Sendable, Hashable {
        package var connect: Duration = .seconds(10)
        package var firstByte: Duration = .seconds(300)
        package var idle: Duration = .seconds(120)

        package init() {}
    }
}

/// Reads what the configuration says under `resilience`.
enum ResilienceSettings {
    static func read(_ node: ConfigurationNode, into settings: inout Settings) throws {
        for (name, value) in try node.entries(known: [
            "retries", "served", "patience", "hedge_after", "breaker", "timeouts",
        ]) {
            switch name {
            case "retries": try retries(value, into: &settings.resilience.retries)
            case "served": try served(value, into: &settings.resilience)
            case "patience": settings.models.patience = try value.time()
            case "hedge_after": settings.models.hedgeAfter = try value.isOff() ? nil : value.time()
            case "breaker": try breaker(value, into: &settings.resilience.breaker)
            default: try timeouts(value, into: &settings.resilience.timeouts)
            }
        }
    }

    private static let retryWords = ["attempts", "wait", "longest_wait"]
    /// More attempts than this cannot be meant.
    private static let mostAttempts = 20

    private static func served(_ node: ConfigurationNode, into resilience: inout Settings.Resilience) throws {
        for (name, value) in try node.entries(known: retryWords + ["time"]) where name == "time" {
            resilience.servedTime = try value.isOff() ? nil : value.time()
        }
        try retries(node, into: &resilience.served, besides: ["time"])
    }

    private static func retries(
        _ node: ConfigurationNode, into retries: inout Settings.Retries, besides others: [String] = []
    ) throws {
        for (name, value) in try node.entries(known: retryWords + others) {
            switch name {
            case "attempts":
                retries.attempts = try value.count()
                guard retries.attempts <= mostAttempts else { throw value.fault("has to be at most \(mostAttempts)") }
            case "wait": retries.wait = try value.time()
            case "longest_wait": retries.longestWait = try value.time()
            default: break
            }
        }
        guard retries.wait <= retries.longestWait else {
            throw node.fault("has a wait that is longer than its longest_wait of \(retries.longestWait)")
        }
    }

    private static func breaker(_ node: ConfigurationNode, into breaker: inout Settings.Breaker) throws {
        let known = ["failures", "window", "percent", "calls", "pause", "longest_pause", "key_pause"]
        for (name, value) in try node.entries(known: known) {
            switch name {
            case "failures": breaker.failures = try value.count()
            case "window": breaker.window = try value.time()
            case "percent":
                breaker.percent = try value.count()
                guard breaker.percent <= 100 else { throw value.fault("has to be a percentage from 1 to 100") }
            case "calls": breaker.calls = try value.count()
            case "pause": breaker.pause = try value.time()
            case "longest_pause": breaker.longestPause = try value.time()
            default: breaker.keyPause = try value.time()
            }
        }
        guard breaker.pause <= breaker.longestPause else {
            throw node.fault("has a pause that is longer than its longest_pause of \(breaker.longestPause)")
        }
    }

    private static func timeouts(_ node: ConfigurationNode, into timeouts: inout Settings.Timeouts) throws {
        for (name, value) in try node.entries(known: ["connect", "first_byte", "idle"]) {
            switch name {
            case "connect": timeouts.connect = try value.time()
            case "first_byte": timeouts.firstByte = try value.time()
            default: timeouts.idle = try value.time()
            }
        }
    }
}

extension ConfigurationNode {
    /// A duration that may be in thousandths of a second.
    fileprivate func time() throws -> Duration {
        guard let text = node.scalarText, text.hasSuffix("ms") else { return try duration() }
        guard let count = Int(text.dropLast(2)), count > 0, count <= 86_400_000 else {
            throw fault("has to be a time, such as 250ms or 5s, not '\(text)'")
        }
        return .milliseconds(count)
    }

    fileprivate func isOff() throws -> Bool { ["off", "false", "no"].contains(node.scalarText) }
}
