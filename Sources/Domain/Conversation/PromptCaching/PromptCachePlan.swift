/// Where a request is marked for a provider that caches a prompt up to its marks; pure.
///
/// A client that speaks of caching itself (`cacheMarks == .asGiven`) is taken at its word, be it that it marks nothing.
/// Otherwise the marks stand where the prompt stays the same from call to call: behind the tools, behind the instructions,
/// behind the first part of an opening in parts, which several sessions share, and behind the last message, so that the
/// next turn reads what this one wrote. A turn that adds more parts than a provider looks back over has a mark behind the
/// turn before it as well. A request that opens nothing, a single message without tools, has no mark in its message:
/// nobody would read what it wrote.
package struct PromptCachePlan: Sendable, Hashable {
    /// A place behind which everything up to it is cached.
    package enum Point: Sendable, Hashable {
        case tools
        case system
        /// Counted from 0.
        case part(message: Int, part: Int)
    }

    /// In the order of the prompt, at most ``most``.
    package private(set) var points: [Point]

    /// Providers take no more marks than this.
    package static let most = 4
    /// Providers look back over so many parts for what was cached before; some room is left for what they add.
    private static let lookBack = 18

    package init(for request: ModelRequest) {
        let given = Self.given(request)
        guard request.cacheMarks == .automatic else {
            // Of too many, the ends stay: the most stable ones and the latest.
            points = given.count <= Self.most ? given : Array(given.prefix(2) + given.suffix(2))
            return
        }
        var chosen: Set<Point> = Set(given.prefix(Self.most))
        for point in Self.wanted(request) where chosen.count < Self.most { chosen.insert(point) }
        points = Self.ordered(chosen)
    }

    /// The request with these marks and no others, to be written as it stands.
    ///
    /// Marks that were given keep their lifetime.
    package func applied(to request: ModelRequest) -> ModelRequest {
        var request = request
        request.cacheMarks = .asGiven
        let wanted = Set(points)
        for index in request.tools.indices {
            let isWanted = index == request.tools.count - 1 && wanted.contains(.tools)
            if isWanted || request.tools[index].cacheMark != nil {
                request.tools[index].cacheMark = isWanted ? request.tools[index].cacheMark ?? .standard : nil
            }
        }
        for index in request.systemParts.indices {
            let isWanted = index == request.systemParts.count - 1 && wanted.contains(.system)
            request.systemParts[index].cacheMark = isWanted ? request.systemParts[index].cacheMark ?? .standard : nil
        }
        for (message, content) in request.messages.map(\.content).enumerated() {
            for (part, value) in content.enumerated() {
                let isWanted = wanted.contains(.part(message: message, part: part))
                guard isWanted || value.cacheMark != nil else { continue }
                request.messages[message].content[part] = value.marked(isWanted ? value.cacheMark ?? .standard : nil)
            }
        }
        return request
    }

    // MARK: - Marks that are there

    private static func given(_ request: ModelRequest) -> [Point] {
        var points: [Point] = []
        if request.tools.contains(where: { $0.cacheMark != nil }) { points.append(.tools) }
        if request.systemParts.contains(where: { $0.cacheMark != nil }) { points.append(.system) }
        for (message, content) in request.messages.map(\.content).enumerated() {
            for (part, value) in content.enumerated() where value.cacheMark != nil {
                points.append(.part(message: message, part: part))
            }
        }
        return points
    }

    // MARK: - Marks that are worth it

    /// The most worth first.
    private static func wanted(_ request: ModelRequest) -> [Point] {
        var points: [Point] = []
        let hasSystem = request.systemParts.last.map { !$0.text.allSatisfy(\.isWhitespace) } ?? false
        if hasSystem { points.append(.system) }
        let last = request.messages.count - 1
        let goesOn = !request.tools.isEmpty || last > 0
        if goesOn, let part = lastPart(of: last, in: request) {
            points.append(.part(message: last, part: part))
            if let before = before(last, in: request) { points.append(before) }
        }
        if let shared = sharedOpening(request) { points.append(shared) }
        // Behind the instructions the tools are cached as well; their own mark serves prompts that differ there.
        if !request.tools.isEmpty { points.append(.tools) }
        return points
    }

    /// The end of the turn before, where this one adds more than providers look back over.
    private static func before(_ last: Int, in request: ModelRequest) -> Point? {
        guard last >= 2 else { return nil }
        let added = request.messages[last].content.count + request.messages[last - 1].content.count
        guard added > lookBack, let part = lastPart(of: last - 2, in: request) else { return nil }
        return .part(message: last - 2, part: part)
    }

    private static func sharedOpening(_ request: ModelRequest) -> Point? {
        guard let content = request.messages.first?.content,
            let first = content.firstIndex(where: { $0.plainText != nil && $0.takesMark }),
            content[(first + 1)...].contains(where: \.takesMark)
        else { return nil }
        return .part(message: 0, part: first)
    }

    /// The part that comes last on the wire, where the results of tools come before all else.
    private static func lastPart(of message: Int, in request: ModelRequest) -> Int? {
        guard request.messages.indices.contains(message) else { return nil }
        let content = request.messages[message].content
        return content.lastIndex { part in
            if case .toolResult = part { false } else { part.takesMark }
        } ?? content.lastIndex(where: \.takesMark)
    }

    private static func ordered(_ points: Set<Point>) -> [Point] {
        points.sorted { left, right in
            switch (left, right) {
            case (.part(let leftMessage, let leftPart), .part(let rightMessage, let rightPart)):
                (leftMessage, leftPart) < (rightMessage, rightPart)
            case (.tools, .system), (.tools, .part), (.system, .part): true
            default: false
            }
        }
    }
}

extension Content {
    /// Whether a cache mark can stand on the part: not on thinking, nor on a text without words, which is not sent.
    fileprivate var takesMark: Bool {
        switch self {
        case .text, .passage: plainText?.allSatisfy(\.isWhitespace) == false
        case .image, .document, .toolCall, .toolResult: true
        case .thinking, .native: false
        }
    }

    fileprivate var cacheMark: CacheMark? {
        switch self {
        case .passage(let passage): passage.cacheMark
        case .image(let image): image.cacheMark
        case .document(let document): document.cacheMark
        case .toolCall(let call): call.cacheMark
        case .toolResult(let result): result.cacheMark
        case .text, .thinking, .native: nil
        }
    }

    /// The part with another mark, or without one.
    fileprivate func marked(_ mark: CacheMark?) -> Content {
        switch self {
        case .text(let text): return Content(Passage(text, cacheMark: mark))
        case .passage(var passage):
            passage.cacheMark = mark
            return Content(passage)
        case .image(var image):
            image.cacheMark = mark
            return .image(image)
        case .document(var document):
            document.cacheMark = mark
            return .document(document)
        case .toolCall(var call):
            call.cacheMark = mark
            return .toolCall(call)
        case .toolResult(var result):
            result.cacheMark = mark
            return .toolResult(result)
        case .thinking, .native: return self
        }
    }
}
