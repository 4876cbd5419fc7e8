import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Places at which the process can be made to die, so that what it leaves behind can be looked at.
///
/// Nothing happens unless the variable `VENCEJO_FAULT` was set when the process started: `count:FILE` adds the name of
/// every point that is passed to FILE, a line each; `kill:N` ends the process with SIGKILL at the N-th point, `kill:NAME` at
/// the first whose name begins so. It is for
/// experiments on the real program; a setting that cannot be understood is ignored.
package enum FaultPoint {
    /// Passes the point, or does not return.
    @inline(__always)
    package static func pass(_ name: @autoclosure () -> String) {
        if let plan { plan.pass(name()) }
    }

    private static let plan: FaultPlan? = getenv("VENCEJO_FAULT").flatMap { FaultPlan(String(cString: $0)) }
}

/// What is to happen at fault points, and how many were passed.
final class FaultPlan: Sendable {
    enum Kind: Sendable, Hashable {
        case count(file: String)
        case kill(at: Int)
        case killNamed(String)
    }

    let kind: Kind
    private let passed = Atomic<Int>(0)

    init?(_ setting: String) {
        let parts = setting.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "count": kind = .count(file: parts[1])
        case "kill":
            if let number = Int(parts[1]) {
                guard number > 0 else { return nil }
                kind = .kill(at: number)
            } else {
                // Every point has a dot in its name.
                guard parts[1].contains(".") else { return nil }
                kind = .killNamed(parts[1])
            }
        default: return nil
        }
    }

    func pass(_ name: String) {
        switch kind {
        case .kill(at: let number):
            guard passed.add(1, ordering: .relaxed).newValue == number else { return }
            Self.end()
        case .killNamed(let wanted):
            guard name.hasPrefix(wanted) else { return }
            Self.end()
        case .count(let file):
            // One write to the end of a file is never mixed with another's.
            let opened = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard opened != -1 else { return }
            let line = Array((name.split(separator: "\n").joined(separator: " ") + "\n").utf8)
            _ = write(opened, line, line.count)
            close(opened)
        }
    }

    private static func end() -> Never {
        kill(getpid(), SIGKILL)
        while true { pause() }
    }
}
