extension RunEvent {
    /// The events of a session's turns and actions, by their names in the journal.
    ///
    /// They are most of all events, and none of them says what a run does next.
    package static let detailNames: Set<String> = [
        "turnStarted", "turnFinished", "turnFailed", "turnInterrupted", "actionStarted", "actionFinished",
        "contextCompacted", "snapshotTaken", "modelDowngraded", "modelFellBack", "modelEscalated", "modelLowered",
        "promptCacheCold", "turnCached", "callWaits", "priorityIgnored",
    ]

    /// Whether the event may say what a run does next, rather than tell of a session's turns and actions.
    package var isMilestone: Bool {
        switch self {
        case .turnStarted, .turnFinished, .turnFailed, .turnInterrupted, .actionStarted, .actionFinished,
            .contextCompacted, .snapshotTaken, .modelDowngraded, .modelFellBack, .modelEscalated, .modelLowered,
            .promptCacheCold, .turnCached, .callWaits, .priorityIgnored:
            false
        default: true
        }
    }
}
