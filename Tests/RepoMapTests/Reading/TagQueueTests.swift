import Testing

@testable import RepoMap

@Suite("The files of a row of children")
struct TagQueueTests {
    private static let found = FakeWorker.archive

    private func fates(_ queue: TagQueue) -> [Int: TagQueue.Fate] {
        Dictionary(uniqueKeysWithValues: queue.fates.map { ($0.file, $0.fate) })
    }

    @Test("are done when a child has answered all")
    func all() {
        var queue = TagQueue([4, 2, 7])
        queue.childEnded([Self.found, nil, Self.found], given: 3, how: .crashed)
        #expect(queue.left.isEmpty)
        #expect(fates(queue) == [4: .read(Self.found), 2: .unparsed, 7: .read(Self.found)])
    }

    @Test("are tried again from the first without an answer, which is deadly when the next child dies of it, too")
    func crash() {
        var queue = TagQueue([4, 2, 7])
        queue.childEnded([Self.found], given: 3, how: .crashed)
        #expect(Array(queue.left) == [2, 7])
        #expect(fates(queue) == [4: .read(Self.found)])
        queue.childEnded([], given: 2, how: .crashed)
        #expect(Array(queue.left) == [7])
        #expect(fates(queue) == [4: .read(Self.found), 2: .deadly(isSure: true)])
    }

    @Test("A file that a fresh child reads is not blamed for the death of the one before")
    func blameless() {
        var queue = TagQueue([4, 2])
        queue.childEnded([Self.found], given: 2, how: .crashed)
        queue.childEnded([Self.found], given: 1, how: .normally)
        #expect(fates(queue) == [4: .read(Self.found), 2: .read(Self.found)])
    }

    @Test("A file that takes too long is deadly at once")
    func hang() {
        var queue = TagQueue([4, 2, 7])
        queue.childEnded([Self.found], given: 3, how: .hung)
        #expect(Array(queue.left) == [7])
        #expect(fates(queue) == [4: .read(Self.found), 2: .deadly(isSure: true)])
    }

    @Test("A child that somebody else ended says nothing for good")
    func killed() {
        var queue = TagQueue([4, 2])
        queue.childEnded([], given: 2, how: .killed)
        #expect(Array(queue.left) == [2])
        #expect(fates(queue) == [4: .deadly(isSure: false)])
    }

    @Test("A child that was given a part leaves the rest")
    func part() {
        var queue = TagQueue([4, 2, 7])
        queue.childEnded([Self.found], given: 1, how: .normally)
        #expect(Array(queue.left) == [2, 7])
    }
}
