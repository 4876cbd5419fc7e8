package import Timekeeping

/// What follows from an answer, from a reminder and from the passing of time; pure.
///
/// Who records these changes does so in one transaction in which the gate was found open.
extension Gate {
    /// What is wrong with the gate as it is to be opened: a broken form, or a default that it would not take.
    package var faults: [AnswerFault] {
        if let form, case .failure(let fault) = GateForm.read(form) { return [fault] }
        guard let defaultAnswer, case .invalid(let faults) = check(.data(defaultAnswer)) else { return [] }
        return faults.map { AnswerFault(path: $0.path, "the default answer does not fit: \($0.message)") }
    }

    /// The value of the default answer, where there is one that the gate would take.
    package var defaultValue: String? {
        guard let defaultAnswer, case .accepted(let value, _) = check(.data(defaultAnswer)) else { return nil }
        return value
    }

    /// The changes that let the gate expire, or nil where it is answered or its time has not come.
    ///
    /// - Parameter consequences: what follows from the default answer; nil where it cannot be followed, such as an amount
    ///   that is no raise any more, and so is none.
    package func expiry(in run: Run, at now: Timestamp, consequences: [JournalChange]? = []) -> [JournalChange]? {
        guard isOverdue(at: now), !run.status.isEnded else { return nil }
        var gate = self
        let answer = expiryAnswer(at: now, mayTakeDefault: consequences != nil)
        gate.answer = answer
        let told: [RunEvent] = [
            .gateExpired(gate: id, kind: kind, step: step, value: answer.value, isDefault: !answer.isExpired),
            .gateAnswered(gate: id, kind: kind, step: step, value: answer.value, by: answer.answeredBy),
        ]
        return [.event(told[0]), .gate(gate)] + (answer.isExpired ? [] : consequences ?? []) + [.event(told[1])]
    }

    /// Whether the gate is open and its time has run out.
    package func isOverdue(at now: Timestamp) -> Bool {
        guard answer == nil, let expiresAt else { return false }
        return expiresAt <= now
    }

    private func expiryAnswer(at now: Timestamp, mayTakeDefault: Bool) -> GateAnswer {
        guard mayTakeDefault, let defaultAnswer, case .accepted(let value, let data) = check(.data(defaultAnswer))
        else {
            return GateAnswer(
                value: GateAnswer.expired, answeredBy: "expiry", channel: GateAnswer.expiry, answeredAt: now)
        }
        return GateAnswer(
            value: value, data: data, answeredBy: "default", channel: GateAnswer.expiry, answeredAt: now)
    }

    /// The changes that record a reminder, or nil where none is due.
    package func reminder(in run: Run, at now: Timestamp) -> [JournalChange]? {
        guard answer == nil, !run.status.isEnded, let next = GateClock.nextReminder(of: self), next <= now else {
            return nil
        }
        var gate = self
        let number = (remindersGiven ?? 0) + 1
        gate.remindersGiven = number
        gate.lastRemindedAt = now
        return [.gate(gate), .event(.gateReminded(gate: id, kind: kind, step: step, number: number))]
    }
}
