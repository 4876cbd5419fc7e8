import Identity

/// A run's events, seen through its rewinds; pure.
///
/// Events are only ever appended. A rewind is an event that says how far back the run goes, and whoever folds a run's
/// events folds ``effective``: what was left behind stays in the log and does not count.
package struct RunHistory: Sendable, Hashable {
    /// All events, as they were recorded.
    package let records: [EventRecord]
    /// Those that count, in their order, the rewinds among them.
    package let effective: [EventRecord]

    package init(_ records: [EventRecord]) {
        self.records = records
        effective = Self.effective(records)
    }

    /// The events that count: none that a later rewind has left behind, except those that tell of money.
    ///
    /// The same of a run's milestones as of all its events: what is left out of those decides on nothing here.
    package static func effective(_ records: [EventRecord]) -> [EventRecord] {
        var result: [EventRecord] = []
        var sessions: [SessionID: StepKey] = [:]
        for record in records {
            if case .sessionOpened(let session, let step, _, _) = record.event { sessions[session] = step }
            if case .runRewound(let last, _, let dropped, _, _, _) = record.event {
                result.removeAll {
                    !$0.event.isOfMoney && ($0.position > last || Self.belongs($0, to: dropped, sessions))
                }
            }
            result.append(record)
        }
        return result
    }

    private static func belongs(
        _ record: EventRecord, to steps: [StepKey], _ sessions: [SessionID: StepKey]
    ) -> Bool {
        guard !steps.isEmpty, let step = record.event.step(in: sessions) else { return false }
        return steps.contains { step.isPart(of: $0) }
    }

    // MARK: - Moments

    /// A step that has ended, and the event that ended it.
    package struct EndedStep: Sendable, Hashable {
        package var step: StepKey
        package var position: Int64
        package var hasFailed: Bool
    }

    /// The steps that have ended, in the order of their ends; one that began anew has not.
    package var endedSteps: [EndedStep] {
        var ended: [EndedStep] = []
        for record in effective {
            if let step = record.event.begunStep { ended.removeAll { $0.step == step } }
            guard let end = record.event.stepEnd else { continue }
            ended.removeAll { $0.step == end.step }
            ended.append(EndedStep(step: end.step, position: record.position, hasFailed: end.hasFailed))
        }
        return ended
    }

    /// What is typed for a moment: the end of a step, or an event by its place among those of the run, from 1.
    package enum Place: Sendable, Hashable {
        case step(EndedStep)
        case event(Int)
    }

    /// Finds the moment that somebody means by a step's name, a task's id, the beginning of either, or an event's number.
    package func place(_ typed: String) throws(HistoryError) -> Place {
        if let number = Int(typed) { return .event(try event(number)) }
        return .step(try step(typed))
    }

    /// Finds the end of a step by its name, a task's id, or the beginning of either.
    package func step(_ typed: String) throws(HistoryError) -> EndedStep {
        let ended = endedSteps
        let known = knownSteps
        let key = try StepNames(known).find(typed, in: name)
        if let found = ended.first(where: { $0.step == key }) { return found }
        let names = ended.map(\.step.rawValue).joined(separator: ", ")
        throw HistoryError(
            .notReached,
            "\(name) has not come to the end of step '\(key)' yet; it has ended \(names.isEmpty ? "no step" : names)")
    }

    private func event(_ number: Int) throws(HistoryError) -> Int {
        guard records.contains(where: { $0.number == number }) else {
            throw HistoryError(
                .noSuchEvent,
                "\(name) has no event \(number); it has \(records.last.map { "1 to \($0.number)" } ?? "none")")
        }
        return number
    }

    /// The steps of the run as far as its events tell: ended, begun, or planned.
    private var knownSteps: [StepKey] {
        var known: [StepKey] = [.prepare]
        for record in effective {
            switch record.event {
            case .tasksPlanned(let tasks, _): known += tasks.map { .task($0.id) }
            case .gateOpened(_, .plan, nil, _): known.append(.approve)
            default: if let step = record.event.begunStep ?? record.event.stepEnd?.step { known.append(step) }
            }
        }
        known += [.specify, .plan, .tasks, .approve, .finalCheck]
        var seen: Set<StepKey> = []
        return known.filter { seen.insert($0).inserted }
    }

    private var name: String { records.first.map { "run \($0.run.short)" } ?? "the run" }

    /// The run as it was when the event with that number, from 1, had just been recorded.
    package func until(event number: Int) -> RunMoment {
        RunMoment(RunHistory(records.filter { $0.number <= number }), step: nil)
    }

    /// The run as it was at the end of a step.
    package func until(step: EndedStep) -> RunMoment {
        RunMoment(RunHistory(records.filter { $0.position <= step.position }), step: step.step)
    }

    /// The events that a fork takes over which goes on from a moment.
    package func inheritance(until moment: RunMoment) -> [EventRecord] {
        var sessions: [SessionID: StepKey] = [:]
        return RunHistory(records.filter { $0.position <= moment.position }).effective.filter { record in
            if case .sessionOpened(let session, let step, _, _) = record.event { sessions[session] = step }
            return !record.event.isOfItsRunAlone && !Self.belongs(record, to: moment.begun, sessions)
        }
    }

    package func until(_ place: Place) -> RunMoment {
        switch place {
        case .step(let step): until(step: step)
        case .event(let number): until(event: number)
        }
    }
}

/// Why a moment of a run cannot be found.
package struct HistoryError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case unknownStep, ambiguousStep, notReached, noSuchEvent
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// The names of a run's steps, and which of them somebody means.
struct StepNames {
    private let steps: [StepKey]

    init(_ steps: [StepKey]) { self.steps = steps }

    func find(_ typed: String, in run: String) throws(HistoryError) -> StepKey {
        let word = typed.lowercased()
        if let exact = steps.first(where: { $0.rawValue.lowercased() == word }) { return exact }
        if let task = steps.first(where: { $0.task?.lowercased() == word }) { return task }
        let found = steps.filter {
            $0.rawValue.lowercased().hasPrefix(word) || $0.task?.lowercased().hasPrefix(word) == true
        }
        if found.count == 1, !word.isEmpty { return found[0] }
        let names = (found.isEmpty || word.isEmpty ? steps : found).map(\.rawValue).joined(separator: ", ")
        guard found.isEmpty || word.isEmpty else {
            throw HistoryError(.ambiguousStep, "'\(typed)' may mean several steps of \(run): \(names)")
        }
        throw HistoryError(.unknownStep, "\(run) has no step '\(typed)'; its steps are \(names)")
    }
}
