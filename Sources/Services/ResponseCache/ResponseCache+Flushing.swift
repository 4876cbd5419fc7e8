import Crypto
import SQLite
import Synchronization
import Timekeeping

extension ResponseCache {
    /// Sees to it that what waits is written soon, together with what comes until then.
    func scheduleFlush() {
        state.withLock { state in
            guard state.flushing == nil, !state.isClosed, !state.group.isEmpty || !state.unwritten.isEmpty else {
                return
            }
            // Owned by the cache: `close` cancels its waiting and awaits its end.
            state.flushing = Task {
                // Cancelled, it writes at once.
                try? await Task.sleep(for: Self.groupTime)
                self.state.withLock { $0.flushing = nil }
                await flush()
            }
        }
    }

    /// Writes what waits to be written, and waits for what is being written.
    ///
    /// Where that fails it is lost, and counted so: a cache is no reason to hold anything up. It goes on to its end where
    /// the calling task is cancelled.
    package func flush() async {
        let writing = state.withLock { state in
            let before = state.writing
            // Owned by this function, which waits for it.
            let writing = Task {
                await before?.value
                await writeGroup()
            }
            state.writing = writing
            return writing
        }
        await writing.value
        state.withLock { state in
            if state.writing == writing { state.writing = nil }
        }
        scheduleFlush()
    }

    private func writeGroup() async {
        let (group, numbers) = state.withLock { $0.takeGroup() }
        guard !group.isEmpty else { return }
        do {
            let rows = try await store.write(group)
            state.withLock { $0.finish(group, numbers, rows: rows) }
            await sweep()
        } catch {
            state.withLock { $0.giveUp(group, numbers, "\(error)") }
        }
    }

    /// Looks at what other processes have written, where that was not done for a quarter of a second.
    func refreshIfDue() async {
        let now = clock.now().milliseconds
        let isDue = state.withLock { state in
            // A clock that was set back makes it due as well.
            guard state.isLoaded, !state.isClosed, abs(now.subtractingSaturated(state.refreshedAt)) >= Self.refreshTime
            else { return false }
            state.refreshedAt = now
            return true
        }
        guard isDue else { return }
        do {
            // On a reading connection, which no writer keeps waiting.
            let (lastRow, purges) = try await store.position()
            let isChanged = state.withLock { $0.lastRow != lastRow || $0.purges != purges }
            if isChanged { await refresh() }
        } catch {
            // The file cannot be asked: what is known stays known.
            state.withLock { $0.lastFault = "\(error)" }
        }
    }

    /// Takes over what other processes have written; at first, everything.
    package func refresh() async {
        let (row, purges) = state.withLock { ($0.lastRow, $0.purges) }
        do {
            var listed = try await store.list(after: row)
            let isPurged = purges != nil && purges != listed.purges
            // After a purge what is left is read anew.
            if isPurged, row > 0 { listed = try await store.list(after: 0) }
            state.withLock { state in
                state.take(listed, all: isPurged || !state.isLoaded, now: clock.now().milliseconds)
                if isPurged { state.vectors.removeAll() } else { state.vectors.markStale() }
                state.purges = listed.purges
                state.isLoaded = true
                state.makeRoom(within: policy)
            }
            scheduleFlush()
        } catch {
            // Until it can be read, each look-up asks the file.
            state.withLock { $0.lastFault = "\(error)" }
        }
    }
}

extension CacheState {
    /// The group that is due, and the number of each of its additions.
    mutating func takeGroup() -> (CacheStore.Group, [Int]) {
        var taken = group
        group = CacheStore.Group()
        var numbers: [Int] = []
        for key in unwritten.keys {
            guard let waiting = unwritten[key], !waiting.isBeingWritten else { continue }
            unwritten[key]?.isBeingWritten = true
            taken.additions.append(waiting.addition)
            numbers.append(waiting.number)
        }
        return (taken, numbers)
    }

    mutating func finish(_ group: CacheStore.Group, _ numbers: [Int], rows: [Int64]) {
        for (index, addition) in group.additions.enumerated() {
            let row = rows[index]
            guard let waiting = unwritten[addition.key] else {
                // It was replaced while it was written, and what replaced it was removed.
                self.group.removals.append(row)
                continue
            }
            // A later answer is on its way, and takes the row's place.
            guard waiting.number == numbers[index] else { continue }
            unwritten[addition.key] = nil
            unwrittenBytes -= addition.body.count
            if self.index[addition.key]?.row == 0 {
                self.index.setRow(row, for: addition.key)
                if let vector = addition.vector {
                    writtenVectors += 1
                    vectors.append(vector, row: row, key: addition.key)
                }
            } else {
                // It was removed while it was written.
                self.group.removals.append(row)
            }
        }
    }

    mutating func giveUp(_ group: CacheStore.Group, _ numbers: [Int], _ fault: String) {
        lastFault = fault
        for (index, addition) in group.additions.enumerated() {
            guard let waiting = unwritten[addition.key], waiting.number == numbers[index] else { continue }
            unwritten[addition.key] = nil
            unwrittenBytes -= addition.body.count
            count(.lost, addition.kind)
            if self.index[addition.key]?.row == 0 {
                self.index.remove(addition.key)
                hot.remove(addition.key)
            }
        }
    }

    /// Takes rows over, those that were used longest ago first.
    ///
    /// - Parameter all: whether the rows are all there are; otherwise they are added to what is known.
    mutating func take(_ list: CacheStore.List, all: Bool, now: Int64) {
        var known = CacheIndex()
        if all { swap(&known, &index) }
        for row in list.rows where row.entry.expiresAt > now {
            if let entry = index[row.key], entry.row == 0 || entry.row >= row.entry.row { continue }
            index.insert(row.entry, for: row.key)
            // What was in memory is an older answer.
            if !all || known[row.key]?.row != row.entry.row { hot.remove(row.key) }
        }
        lastRow = max(lastRow, list.lastRow)
        // What is not written yet, or was written while the rows were read, is newer than they are.
        for key in known.keys(where: { $0.row == 0 || $0.row > list.lastRow }) {
            if let entry = known[key] { index.insert(entry, for: key) }
        }
        for key in known.keys(where: { $0.row > 0 }) where index[key] == nil { hot.remove(key) }
    }
}

extension Int64 {
    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? .max : difference
    }
}
