package import JSON
import Timekeeping
package import Workflows

extension RunMachine {
    /// An instance of a step with what is inside it, for screens.
    package struct Outline: Sendable, Hashable {
        package var key: StepKey
        package var step: StepDefinition
        package var state: StepState
        package var summary: String
        package var parts: [Part]
        /// What takes it back, once that has begun.
        package var undo: [Outline]

        /// A branch, an iteration or a case.
        package struct Part: Sendable, Hashable {
            /// The branch's name, the iteration's key, or nothing.
            package var label: String
            package var steps: [Outline]
        }
    }

    /// The instances that exist, in the order of the definition.
    package var outline: [Outline] { tree.groups.isEmpty ? [] : outline(of: 0) }

    private func outline(of group: Int) -> [Outline] {
        tree.groups[group].nodes.map { place in
            let node = tree.nodes[place]
            return Outline(
                key: node.key, step: node.step, state: node.state, summary: node.summary,
                parts: node.groups.map { .init(label: tree.groups[$0].label, steps: outline(of: $0)) },
                undo: node.undo.map { outline(of: $0) } ?? [])
        }
    }

    /// Where an instance stands; `pending` also where nothing has reached it.
    package func state(of key: StepKey) -> StepState {
        tree.places[key].map { tree.nodes[$0].state } ?? .pending
    }

    /// What an instance gave; null before it has succeeded.
    package func outputs(of key: StepKey) -> JSONValue {
        tree.places[key].map { tree.nodes[$0].outputs } ?? .null
    }

    /// The definition of an instance's step.
    package func step(_ key: StepKey) -> StepDefinition? { tree.step(key) }

    /// Whether the run is taking back what it did.
    package var isCompensating: Bool {
        if case .compensating = phase { true } else { false }
    }
}

extension StepTree {
    func step(_ key: StepKey) -> StepDefinition? { places[key].map { nodes[$0].step } }

    func hasEnded(_ key: StepKey) -> Bool { places[key].map { nodes[$0].state.isEnded } ?? false }

    func isParked(_ node: Int) -> Bool {
        if case .waiting = nodes[node].state { true } else { false }
    }

    /// What may be worked on, and when the next attempt is due.
    func calls(at now: Timestamp) -> ([StepCall], until: Timestamp?) {
        var calls: [StepCall] = []
        var until: Timestamp?
        for place in active {
            let node = nodes[place]
            switch node.state {
            case .ready, .running: break
            case .backingOff(_, let due) where due <= now: break
            case .backingOff(_, let due):
                until = min(until ?? due, due)
                continue
            default: continue
            }
            calls.append(
                StepCall(
                    key: node.key, step: node.step, attempt: node.attempt, isStarted: node.isStarted,
                    scope: node.scope ?? Scope(), isCompensation: isCompensation(place)))
        }
        return (calls, until)
    }
}
