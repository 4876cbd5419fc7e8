package import Identity
package import Money
package import Timekeeping

/// One durable execution of a workflow for a project.
package struct Run: Sendable, Hashable, Codable {
    package var id: RunID
    /// The user's repository: the top of its working tree.
    package var project: String
    package var request: String
    package var mode: Mode
    /// The most that the run may spend; raised only by an answered gate.
    package var budget: USD
    package var status: RunStatus
    /// The commit the run started from.
    package var baseCommit: String
    /// The branch HEAD was on when the run started, or nil where it was detached.
    package var baseBranch: String?
    /// The run's own branch.
    package var branch: String
    /// The run's own worktree.
    package var worktree: String
    /// `specs/NNN-slug` below the worktree, once it has been named.
    package var feature: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Where the run was forked from another.
    package var origin: ForkOrigin?
    /// Whether its calls may wait; nil in journals from before there was a choice.
    package var priority: Priority?

    package init(
        id: RunID, project: String, request: String, mode: Mode, budget: USD, status: RunStatus, baseCommit: String,
        baseBranch: String?, branch: String, worktree: String, feature: String? = nil, createdAt: Timestamp,
        updatedAt: Timestamp, origin: ForkOrigin? = nil, priority: Priority? = nil
    ) {
        self.priority = priority
        self.id = id
        self.project = project
        self.request = request
        self.mode = mode
        self.budget = budget
        self.status = status
        self.baseCommit = baseCommit
        self.baseBranch = baseBranch
        self.branch = branch
        self.worktree = worktree
        self.feature = feature
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.origin = origin
    }
}

/// What a forked run began with.
package struct ForkOrigin: Sendable, Hashable, Codable {
    package var run: RunID
    /// The step at whose end the other run was left.
    package var step: StepKey
    /// The other run's last event that counts.
    package var position: Int64
    /// The commit that the run's own branch begins at.
    package var commit: String
    /// The runs whose commits are in that branch, the nearest first.
    package var lineage: [RunID]
    /// What the other run had spent until then.
    package var spent: USD
    /// What was changed for this run.
    package var inputs: [String: String]

    package init(
        run: RunID, step: StepKey, position: Int64, commit: String, lineage: [RunID], spent: USD,
        inputs: [String: String]
    ) {
        self.run = run
        self.step = step
        self.position = position
        self.commit = commit
        self.lineage = lineage
        self.spent = spent
        self.inputs = inputs
    }
}

/// What a user is willing to trade money for.
package enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    case frugal, balanced, performance, max
}

/// Whether the calls of a run may wait for a lower price.
package enum Priority: String, Sendable, Hashable, Codable, CaseIterable {
    case normal
    /// They go through batches of their providers, or out at the hour that is meant for them.
    case low
}

/// Where a run stands.
///
/// A run that says `running` while nobody holds its lock was interrupted and can be resumed.
package enum RunStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case running
    /// Parked at a gate, held by nobody.
    case waiting
    case done
    case failed
    case cancelled

    package var isEnded: Bool {
        switch self {
        case .running, .waiting: false
        case .done, .failed, .cancelled: true
        }
    }
}
