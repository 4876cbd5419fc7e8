package import Conversation
package import Timekeeping

/// How all deployments were at one moment.
package struct HealthSnapshot: Sendable, Hashable {
    package struct DeploymentState: Sendable, Hashable {
        package var deployment: Deployment
        package var breaker: CircuitBreaker.State
        package var counts: DeploymentHealth.Counts
        package var lastFailure: ModelError?
        package var lastFailureAt: Timestamp?
        /// A sentence, where the key is passed over.
        package var aside: String?
        /// The share of its scarcest quota that is left, from 0 to 1; 1 where nothing is known.
        package var room: Double
    }

    package var deployments: [DeploymentState]

    init(_ record: HealthRecord, at now: Timestamp) {
        deployments = record.entries.map { deployment, entry in
            DeploymentState(
                deployment: deployment, breaker: entry.breaker.state, counts: entry.counts,
                lastFailure: entry.lastFailure?.error, lastFailureAt: entry.lastFailure?.at,
                aside: entry.aside.flatMap { now < $0.until ? $0.because : nil },
                room: entry.rates.room(at: now))
        }
        .sorted {
            ($0.deployment.name.provider, $0.deployment.name.model, $0.deployment.keyIndex)
                < ($1.deployment.name.provider, $1.deployment.name.model, $1.deployment.keyIndex)
        }
    }

    package subscript(deployment: Deployment) -> DeploymentState? { deployments.first { $0.deployment == deployment } }
}
