/// The times by which batches are formed, sent, looked for and polled.
package struct BatchPolicy: Sendable, Hashable {
    /// How long the first call of a queue waits for company; a queue that fills a batch does not wait.
    package var gathering: Duration
    /// The most calls and bytes that we put into one batch, below what providers allow.
    package var largest: BatchLimits
    /// The first wait before asking how far it is; each later one is half as long again, up to `longestPoll`.
    package var firstPoll: Duration
    package var longestPoll: Duration
    /// After so long nobody is taken to be sending any more: longer than a sender ever tries.
    package var sending: Duration
    /// A batch that is not found is taken to have never arrived only so long after its sender gave up.
    package var arrival: Duration
    /// After so long without a finding the batch is unknown: longer than providers take.
    package var search: Duration
    /// How often results that cannot be read are tried again before they are given up.
    package var collections: Int

    package init(
        gathering: Duration = .seconds(60), largest: BatchLimits = BatchLimits(items: 1_000, bytes: 50 << 20),
        firstPoll: Duration = .seconds(30), longestPoll: Duration = .seconds(900), sending: Duration = .seconds(600),
        arrival: Duration = .seconds(120), search: Duration = .seconds(26 * 3600), collections: Int = 40
    ) {
        self.gathering = gathering
        self.largest = largest
        self.firstPoll = firstPoll
        self.longestPoll = longestPoll
        self.sending = sending
        self.arrival = arrival
        self.search = search
        self.collections = collections
    }

    /// The wait after so many tries in a row, from 0.
    package func wait(after tries: Int) -> Duration {
        var wait = firstPoll
        for _ in 0..<min(tries, 64) where wait < longestPoll { wait = wait * 3 / 2 }
        return min(wait, longestPoll)
    }
}
