/// An address as it may be shown: without user, password and query, which may hold keys.
package enum PublicURL {
    package static func text(_ url: String) -> String {
        let bare = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = bare.firstRange(of: "://") else { return String(bare) }
        let rest = bare[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return String(bare) }
        return String(bare[..<scheme.upperBound]) + rest[rest.index(after: at)...]
    }
}
