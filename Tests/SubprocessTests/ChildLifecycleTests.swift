import Testing

@testable import Subprocess

struct ChildLifecycleTests {
    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        let events: [ChildLifecycle.Event]
        let actions: [ChildLifecycle.Action]
        var ending = ProcessResult.Ending.normally
        var held = false
        var testDescription: String { name }
    }

    static let stories = [
        Story(
            name: "exit, then end of output", events: [.leaderExited, .outputClosed], actions: [.startLinger, .finish]),
        Story(name: "end of output, then exit", events: [.outputClosed, .leaderExited], actions: [.finish]),
        Story(
            name: "output held by a descendant", events: [.leaderExited, .lingerOver],
            actions: [.startLinger, .finish], held: true),
        Story(
            name: "ends on SIGTERM", events: [.timeUp, .outputClosed, .leaderExited, .graceOver],
            actions: [.terminate, .startGrace, .finish], ending: .timedOut),
        Story(
            name: "ends on SIGKILL only", events: [.cancelled, .graceOver, .leaderExited, .outputClosed],
            actions: [.terminate, .startGrace, .kill, .startLinger, .finish], ending: .cancelled),
        Story(
            name: "the first reason counts",
            events: [.outputLimitReached, .timeUp, .cancelled, .outputClosed, .leaderExited],
            actions: [.terminate, .startGrace, .finish], ending: .outputLimit),
        Story(
            name: "cancelled while lingering", events: [.leaderExited, .cancelled], actions: [.startLinger, .finish],
            held: true),
        Story(
            name: "descendants flood the output", events: [.leaderExited, .outputLimitReached],
            actions: [.startLinger, .finish], ending: .outputLimit, held: true),
        Story(
            name: "the time of a child that ended is not up",
            events: [.leaderExited, .timeUp, .graceOver, .outputClosed], actions: [.startLinger, .finish]),
        Story(
            name: "nothing after the finish",
            events: [.outputClosed, .leaderExited, .timeUp, .cancelled, .lingerOver, .leaderExited, .graceOver],
            actions: [.finish]),
    ]

    @Test(arguments: stories)
    func `events lead to the actions of the story`(_ story: Story) {
        var lifecycle = ChildLifecycle()
        #expect(story.events.flatMap { lifecycle.handle($0) } == story.actions)
        #expect(lifecycle.ending == story.ending)
        #expect(lifecycle.outputWasHeld == story.held)
    }

    @Test func `whatever happens, the finish comes once and only after the exit`() {
        let events: [ChildLifecycle.Event] = [
            .leaderExited, .outputClosed, .timeUp, .cancelled, .outputLimitReached, .graceOver, .lingerOver,
        ]
        for _ in 0..<2000 {
            var lifecycle = ChildLifecycle()
            // Those that a run cannot do without come in the end, if not before.
            let order = events.shuffled().prefix(Int.random(in: 0...7)) + [.leaderExited, .outputClosed]
            var finishes = 0
            var exited = false
            for event in order {
                exited = exited || event == .leaderExited
                let actions = lifecycle.handle(event)
                finishes += actions.count { $0 == .finish }
                #expect(!actions.contains(.finish) || exited, "\(order)")
            }
            #expect(finishes == 1, "\(order)")
        }
    }
}
