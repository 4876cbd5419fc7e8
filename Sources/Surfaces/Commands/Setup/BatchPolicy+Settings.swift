package import Batches
package import Settings

extension BatchPolicy {
    package init(_ settings: Settings.Batches) {
        self.init(
            gathering: settings.gathering, firstPoll: settings.poll, sending: settings.handover,
            arrival: settings.arrival)
    }
}

extension Settings.Batches {
    /// How often whoever waits looks at what has come.
    package var look: Duration { min(.seconds(5), poll / 4, gathering / 4) }
}
