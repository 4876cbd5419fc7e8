import Synchronization

/// The targets of URLs that were asked for lately, as most requests of a program go to a few.
final class KnownTargets: Sendable {
    private static let most = 64

    private let targets = Mutex<[String: Target]>([:])

    func target(of url: String) throws(HTTPError) -> Target {
        if let known = targets.withLock({ $0[url] }) { return known }
        let target = try Target(url)
        targets.withLock { targets in
            if targets.count == Self.most { targets.removeAll(keepingCapacity: true) }
            targets[url] = target
        }
        return target
    }
}
