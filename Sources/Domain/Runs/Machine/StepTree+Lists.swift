import JSON
import Workflows

/// Lists of steps: which of them may begin, and when a list has ended.
extension StepTree {
    /// Makes the instances of a list and puts it on the worklist.
    mutating func open(_ group: Int) {
        let list = groups[group]
        guard nodes.count + list.steps.count <= Self.instanceLimit else {
            let message = "the run has more than \(Self.instanceLimit) instances of steps"
            let origin = list.owner.map { nodes[$0].key } ?? StepKey(rawValue: list.keyBase)
            finish(group, .failed, StepFailure(code: .invalid, message: message, origin: origin))
            return
        }
        groups[group].state = .open
        var places: [String: Int] = [:]
        for (place, step) in list.steps.enumerated() {
            let key = StepKey(rawValue: list.keyBase + step.id + list.keyParts)
            nodes.append(Node(step: step, key: key, group: group, place: place))
            self.places[key] = nodes.count - 1
            groups[group].nodes.append(nodes.count - 1)
            places[step.id] = place
        }
        guard list.steps.contains(where: { $0.needs != nil }) else {
            groups[group].due = list.steps.indices.reversed()
            worklist.append(.list(group))
            return
        }
        var dependents = [[Int]](repeating: [], count: list.steps.count)
        var needs = [Int](repeating: 0, count: list.steps.count)
        for (place, step) in list.steps.enumerated() {
            // A need that the list does not have counts as one that never ends, which `advance` finds.
            let wanted = Set(step.needs ?? [])
            needs[place] = wanted.count
            for need in wanted { if let other = places[need] { dependents[other].append(place) } }
        }
        groups[group].dependents = dependents
        groups[group].needs = needs
        groups[group].due = list.steps.indices.reversed().filter { needs[$0] == 0 }
        worklist.append(.list(group))
    }

    /// Draws the consequences of what has changed, until nothing changes any more.
    mutating func settle() {
        while let work = worklist.popLast() {
            switch work {
            case .list(let group): advance(group)
            case .container(let node): fill(node)
            }
        }
    }

    private mutating func advance(_ group: Int) {
        guard groups[group].state == .open else { return }
        if !isHalted, groups[group].failure == nil, groups[group].isGraph || groups[group].active == 0,
            let place = groups[group].due.popLast()
        {
            groups[group].active += 1
            worklist.append(.list(group))
            begin(groups[group].nodes[place])
            return
        }
        guard groups[group].active == 0 else { return }
        let list = groups[group]
        if let failure = list.failure {
            finish(group, .failed, failure)
        } else if list.ended == list.nodes.count {
            finish(group, .succeeded, nil)
        } else if list.due.isEmpty {
            let stuck = list.nodes.filter { !nodes[$0].state.isEnded }
            let names = stuck.map { nodes[$0].step.id }.joined(separator: ", ")
            let origin = stuck.first.map { nodes[$0].key } ?? StepKey(rawValue: list.keyBase)
            let message =
                "the needs of \(names) are never met: they need each other, or a step that is not in their list"
            finish(group, .failed, StepFailure(code: .invalid, message: message, origin: origin))
        }
    }

    private mutating func finish(_ group: Int, _ state: Group.State, _ failure: StepFailure?) {
        groups[group].state = state
        groups[group].failure = failure
        for node in groups[group].nodes where nodes[node].state == .pending { nodes[node].state = .skipped }
        guard let owner = groups[group].owner, groups[group].role == .part else { return }
        listEnded(group, of: owner)
    }

    /// Asks a step's condition and begins it.
    private mutating func begin(_ node: Int) {
        let scope = scope(ofFrame: groups[nodes[node].group].frame)
        if let condition = nodes[node].step.condition {
            do {
                if try !condition.holds(in: scope) {
                    end(node, .skipped)
                    return
                }
            } catch {
                fail(node, .invalid, "its condition: \(error)")
                return
            }
        }
        guard nodes[node].isLeaf else {
            nodes[node].state = .running(attempt: 1)
            note(node)
            enter(node, scope)
            return
        }
        nodes[node].state = .ready
        nodes[node].scope = scope
        active.append(node)
        note(node)
    }

    /// Ends a step and tells its list.
    mutating func end(_ node: Int, _ state: StepState) {
        if nodes[node].isLeaf, let place = active.firstIndex(of: node) { active.remove(at: place) }
        nodes[node].state = state
        nodes[node].scope = nil
        nodes[node].gates = []
        endCount += 1
        nodes[node].endOrder = endCount
        note(node)
        let group = nodes[node].group
        groups[group].active -= 1
        groups[group].ended += 1
        if case .failed(let failure) = state, nodes[node].step.onError == .fail, groups[group].failure == nil {
            groups[group].failure = failure
        }
        if groups[group].isGraph {
            for dependent in groups[group].dependents[nodes[node].place] {
                groups[group].needs[dependent] -= 1
                if groups[group].needs[dependent] == 0 { groups[group].putDue(dependent) }
            }
        }
        worklist.append(.list(group))
    }

    mutating func fail(_ node: Int, _ code: FailureCode, _ message: String) {
        end(node, .failed(StepFailure(code: code, message: message, origin: nodes[node].key)))
    }

    /// Ends a step as succeeded with its outputs and those that its definition adds.
    mutating func succeed(_ node: Int, _ outputs: JSONValue, seenFrom frame: Int) {
        nodes[node].hasEffect = true
        guard !nodes[node].step.outputs.isEmpty else {
            nodes[node].outputs = outputs
            end(node, .succeeded)
            return
        }
        var object = outputs.objectValue ?? [:]
        var scope = scope(ofFrame: frame)
        scope.values["result"] = outputs
        for output in nodes[node].step.outputs {
            do {
                object[output.name] = try output.value.value(in: scope)
            } catch {
                fail(node, .invalid, "its output '\(output.name)': \(error)")
                return
            }
        }
        nodes[node].outputs = .object(object)
        end(node, .succeeded)
    }
}

extension StepTree.Group {
    fileprivate mutating func putDue(_ place: Int) {
        due.insert(place, at: due.firstIndex { $0 < place } ?? due.endIndex)
    }
}
