import Identity
import JSON
import Runs
import Terminal

/// Shows a run's events as they are appended; nothing is shown that is not in them.
actor EventScreen {
    private let run: RunID
    private let events: any EventStore
    private let text: EventText
    private let region: LiveRegion?
    private let output: Output
    private let asObjects: Bool
    private var position: Int64
    private var activity: String?
    /// How many events are in memory at a time.
    private static let page = 500

    /// - Parameter after: the last event that need not be shown.
    init(run: RunID, events: any EventStore, context: CommandContext, asObjects: Bool, after position: Int64 = 0) {
        self.run = run
        self.events = events
        self.position = position
        self.asObjects = asObjects
        output = context.output
        text = EventText(style: context.output.style)
        region = asObjects ? nil : LiveRegion(info: context.terminal, write: context.writeNotice)
    }

    /// Shows events until the task is cancelled or the run has ended.
    func follow() async throws {
        while true {
            if try await drain() { return }
            try await events.waitForEvents(of: run, after: position)
        }
    }

    /// Shows what has been appended since; true where the run has ended.
    @discardableResult
    func drain() async throws -> Bool {
        var hasEnded = false
        var page: [EventRecord]
        repeat {
            page = try await events.events(of: run, after: position, limit: Self.page)
            for record in page where record.position > position {
                position = record.position
                show(record)
                if case .runEnded = record.event { hasEnded = true }
            }
        } while page.count == Self.page
        region?.show(activity)
        return hasEnded
    }

    /// Leaves the terminal as it should be for whatever is printed next.
    func rest() {
        activity = nil
        region?.finish()
    }

    private func show(_ record: EventRecord) {
        if asObjects {
            // Events of this program can always be written as JSON.
            if let json = try? JSONCoding.encode(record) { output.event(json) }
            return
        }
        let lines = text.lines(for: record.event)
        if !lines.isEmpty { region?.print(lines) }
        activity = text.activity(after: record.event)
    }
}
