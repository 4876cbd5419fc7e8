/// Rules about the order of tasks and what they touch.
extension AnalysisContext {
    mutating func checkTasks() {
        guard let document = feature.tasks, let page = page(.tasks), !page.source.isRefused else { return }
        let tasks = document.tasks
        for cycle in TaskGraph.cycles(in: tasks) {
            find(
                .dependencyCycle, in: page.name, line: tasks.first { $0.id == cycle.first }?.line,
                "Tasks wait for one another: \(cycle.joined(separator: " → ")).", fix: "Drop one of these dependencies."
            )
        }
        checkFiles(tasks, page)
        let phases = checkPhases(page)
        var places: [String: (line: Int, phase: String, isDone: Bool)] = [:]
        for task in tasks { places[task.id] = (task.line, task.phase, task.isDone) }
        for task in tasks {
            for name in task.dependencies {
                guard let other = places[name] else { continue }
                if let own = phases[task.phase], let its = phases[other.phase], its > own {
                    find(
                        .laterPhase, in: page.name, line: task.line,
                        "\(task.id) waits for \(name), which belongs to a later phase.",
                        fix: "Move one of the two, or drop the dependency.")
                }
                if task.isDone, !other.isDone {
                    find(
                        .doneBeforeDependency, in: page.name, line: task.line,
                        "\(task.id) is ticked, and \(name), for which it waits, is not.",
                        fix: "Take the tick back, or finish \(name) first.")
                }
            }
            if task.isParallel, task.paths.isEmpty {
                find(
                    .parallelWithoutFile, in: page.name, line: task.line,
                    "\(task.id) is marked [P] and names no file, so it runs alone.",
                    fix: "Name the files that it touches, or drop [P].")
            }
        }
    }

    private mutating func checkFiles(_ tasks: [TaskItem], _ page: Page) {
        var owners: [String: [TaskItem]] = [:]
        for task in tasks where task.isParallel {
            for path in task.paths {
                let key = "\(task.sectionLine) \(path)"
                let waits = Set(task.dependencies)
                let rival = owners[key]?.first { !waits.contains($0.id) && !$0.dependencies.contains(task.id) }
                if let rival {
                    find(
                        .sharedFile, in: page.name, line: task.line,
                        "\(rival.id) and \(task.id) are both marked [P] and both name \(path).",
                        fix: "Drop [P] from one, or let it depend on the other.")
                }
                owners[key, default: []].append(task)
            }
        }
    }

    /// The number of each phase by its title, after a look at their order.
    private mutating func checkPhases(_ page: Page) -> [String: Int] {
        var order: [String: Int] = [:]
        var last: (number: Int, minor: Int)?
        for (index, heading) in page.source.headings.enumerated() {
            guard let (number, minor) = Self.phase(heading.title) else { continue }
            order[heading.title] = index
            if let before = last, (number, minor) <= (before.number, before.minor) {
                find(
                    .phaseOrder, in: page.name, line: heading.line,
                    "Phase \(number) stands behind phase \(before.number).",
                    fix: "Put the phases in order, or number them anew.")
            }
            last = (number, minor)
        }
        return order
    }

    private static func phase(_ title: String) -> (Int, Int)? {
        let lower = title.lowercased()
        guard lower.hasPrefix("phase ") else { return nil }
        let rest = lower.dropFirst("phase ".count).drop { $0 == " " }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let tail = rest.dropFirst(digits.count)
        if tail.first == ".", let minor = Int(tail.dropFirst().prefix { $0.isASCII && $0.isNumber }) {
            return (number, minor)
        }
        if let letter = tail.first?.asciiValue, letter >= 97, tail.dropFirst().first?.isLetter != true {
            return (number, Int(letter) - 96)
        }
        return (number, 0)
    }
}
