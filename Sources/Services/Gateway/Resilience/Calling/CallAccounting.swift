/// Who pays for a call: asked before each attempt, and told what became of it.
///
/// For every `begin` that admitted an attempt there is one `end`, also where the call is cancelled.
package protocol CallAccounting: Sendable {
    /// Sets aside what the attempt may cost, before anything is sent.
    func begin(_ attempt: Attempt) async throws -> Admission

    /// Accounts for what the attempt has used.
    ///
    /// For a cancelled attempt it is called within the cancelled task.
    func end(_ attempt: Attempt, _ end: AttemptEnd) async throws
}

package enum Admission: Sendable {
    case admitted
    /// The attempt may be made with this model instead, which is paid for already.
    case instead(Candidate)
    case refused(CallRefusal)
}

/// Why a call is not paid for.
package struct CallRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what is used up, and what to do.
    package var message: String
    package var retryAfter: Duration?

    package init(_ message: String, retryAfter: Duration? = nil) {
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { message }
}
