import Batches
import Conversation
import Identity
package import Runs
import Timekeeping

extension Gateway {
    /// Lets go of calls that wait for a batch and that nobody will hear any more.
    ///
    /// What is still queued is taken back. A batch in which every open call is one of these is stopped at its provider, and
    /// what it answered is charged; this is waited for a short while. What is in a batch with the calls of others is charged
    /// when that batch has ended, by whoever sees to it then.
    package func leave(_ waiting: [Reservation], within time: Duration = .seconds(15)) async throws {
        guard let desk, !waiting.isEmpty else { return }
        let books = BatchBooks(journal: journal, catalogue: catalogue, clock: clock, ids: ids)
        var left: [BatchCallID: Reservation] = [:]
        for open in waiting {
            guard let id = open.waits.flatMap({ BatchCallID($0.call) }), try await desk.service.call(id) != nil else {
                try await journal.record([.release(open.id)], for: open.run, at: clock.now())
                continue
            }
            left[id] = open
            _ = try await desk.service.cancel(call: id)
        }
        try await desk.service.cancelBatches(ofOnly: Set(left.keys))
        let end = clock.now() + time
        while !left.isEmpty {
            for (id, open) in left {
                guard let call = try await desk.service.call(id), let outcome = call.outcome else { continue }
                try await books.close(open, outcome, queuedAt: call.queuedAt)
                left[id] = nil
            }
            let isOurs = try await desk.service.isBeingStopped(Set(left.keys))
            guard !left.isEmpty, isOurs, clock.now() < end else { return }
            try await desk.service.pass()
            try await desk.sleep(.milliseconds(200))
        }
    }
}
