/// The routes of a router, found by the segments of a path.
///
/// A literal segment goes before a parameter, and that before a parameter for the rest; where the first choice leads
/// nowhere the next is tried.
struct RouteTable: Sendable {
    struct Route: Sendable {
        let names: [String]
        let handler: Handler
    }

    struct Match: Sendable {
        let routes: [Method: Route]
        let values: [String]
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var rest: Int?
        var routes: [Method: Route] = [:]
    }

    private var nodes = [Node()]
    /// The nodes of paths without parameters, which most requests name.
    private var exact: [String: Int] = [:]

    mutating func add(_ method: Method, _ text: String, _ handler: @escaping Handler) {
        let pattern = PathPattern(text)
        var place = 0
        for segment in pattern.segments { place = child(of: place, segment) }
        precondition(nodes[place].routes[method] == nil, "the route \(method) \(text) is there already")
        nodes[place].routes[method] = Route(names: pattern.names, handler: handler)
        if pattern.names.isEmpty { exact[text] = place }
    }

    /// What a path, percent-encoded as sent, leads to; nil where it leads nowhere.
    ///
    /// - Throws: ``Refusal`` with 400 where the path is not percent-encoded UTF-8.
    func find(_ path: Substring) throws(Refusal) -> Match? {
        if let place = exact[String(path)] { return Match(routes: nodes[place].routes, values: []) }
        var segments: [String] = []
        if path != "/" {
            for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
                guard let segment = PercentEncoding.decoded(Substring(part)) else {
                    throw .badRequest("The path '\(path)' of the request is not percent-encoded UTF-8.")
                }
                segments.append(segment)
            }
        }
        var values: [String] = []
        guard let place = find(segments[...], from: 0, &values) else { return nil }
        return Match(routes: nodes[place].routes, values: values)
    }

    private func find(_ segments: ArraySlice<String>, from place: Int, _ values: inout [String]) -> Int? {
        let node = nodes[place]
        guard let first = segments.first else { return node.routes.isEmpty ? nil : place }
        let others = segments.dropFirst()
        if let next = node.literals[first], let found = find(others, from: next, &values) { return found }
        if let next = node.parameter, !first.isEmpty {
            values.append(first)
            if let found = find(others, from: next, &values) { return found }
            values.removeLast()
        }
        guard let rest = node.rest, segments.count > 1 || !first.isEmpty else { return nil }
        values.append(segments.joined(separator: "/"))
        return rest
    }

    private mutating func child(of place: Int, _ segment: PathPattern.Segment) -> Int {
        let known =
            switch segment {
            case .literal(let text): nodes[place].literals[text]
            case .parameter: nodes[place].parameter
            case .rest: nodes[place].rest
            }
        if let known { return known }
        nodes.append(Node())
        let new = nodes.count - 1
        switch segment {
        case .literal(let text): nodes[place].literals[text] = new
        case .parameter: nodes[place].parameter = new
        case .rest: nodes[place].rest = new
        }
        return new
    }
}
