import YAML

extension Settings {
    /// How calls wait that may: for a provider's batch, or for an hour of the day.
    package struct Batches: Sendable, Hashable {
        /// When calls go out that may wait and whose provider takes no batches; nil is at once.
        package var hours: Hours?
        /// What becomes of a call that its batch did not answer.
        package var unanswered = Unanswered.again
        /// How long calls wait for others to share a batch with.
        package var gathering: Duration = .seconds(60)
        /// The first wait before a provider is asked how far it is; later ones are longer.
        package var poll: Duration = .seconds(30)
        /// After so long nobody is taken to be handing over a batch any more: whoever began it has died.
        package var handover: Duration = .seconds(600)
        /// A batch whose handing over failed without an answer is looked for so long before it is handed over again.
        package var arrival: Duration = .seconds(120)
        /// How long the gateway keeps batches of its clients, and their results, after they ended.
        package var keep: Duration = .seconds(29 * 86_400)
        /// The most requests of one batch of a client.
        package var entries = 10_000
        /// The most requests of one key that wait at the same time.
        package var waiting = 100_000

        package init() {}
    }

    /// A part of every day in UTC, in minutes from midnight; it may reach over midnight.
    package struct Hours: Sendable, Hashable {
        package var from: Int
        package var to: Int

        package init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }

    package enum Unanswered: String, Sendable, Hashable, CaseIterable {
        /// In another batch, and at once after two more.
        case again
        /// At once, at the usual price.
        case direct
    }
}

/// Reads what the configuration says under `batches`.
enum BatchSettings {
    static func read(_ node: ConfigurationNode, into batches: inout Settings.Batches) throws {
        let known = [
            "hour", "unanswered", "gathering", "poll", "handover", "arrival", "keep", "entries", "waiting",
        ]
        for (name, value) in try node.entries(known: known) {
            switch name {
            case "hour": batches.hours = try hours(value)
            case "unanswered": batches.unanswered = try value.choice(Settings.Unanswered.self)
            case "gathering": batches.gathering = try value.duration()
            case "poll": batches.poll = try value.duration()
            case "handover": batches.handover = try value.duration()
            case "arrival": batches.arrival = try value.duration()
            case "keep": batches.keep = try value.duration()
            case "entries": batches.entries = try value.count()
            default: batches.waiting = try value.count()
            }
        }
    }

    private static func hours(_ node: ConfigurationNode) throws -> Settings.Hours {
        let text = try node.text()
        let ends = text.split(separator: "-").map { minutes($0) }
        guard ends.count == 2, let from = ends[0], let to = ends[1], from != to else {
            throw node.fault("has to be a part of the day in UTC, such as 02:00-06:00, not '\(text)'")
        }
        return Settings.Hours(from: from, to: to)
    }

    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
            part.count == 2 && part.allSatisfy(\.isNumber) ? Int(part) : nil
        }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], hour < 24, minute < 60 else { return nil }
        return hour * 60 + minute
    }
}
