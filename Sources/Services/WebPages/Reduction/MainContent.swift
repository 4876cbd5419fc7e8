import XML

/// Finds what a page is about, between its menus and footers.
enum MainContent {
    static func title(of root: XMLElement) -> String {
        guard let title = first(in: root, where: { $0.name == "title" }) else { return "" }
        return title.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The element that the page itself marks as its content, if a good part of the text is in it; otherwise the body.
    static func find(in root: XMLElement) -> XMLElement {
        let body = first(in: root) { $0.name == "body" } ?? root
        let whole = length(of: body)
        let marks: [(XMLElement) -> Bool] = [
            { $0.name == "main" || $0["role"] == "main" }, { $0.name == "article" },
            { ["content", "main-content", "main", "mw-content-text"].contains($0["id"] ?? "") },
        ]
        for mark in marks {
            guard let found = first(in: body, where: mark) else { continue }
            if length(of: found) * 4 >= whole { return found }
        }
        return body
    }

    /// What is around the content on every page, or cannot be seen.
    static func isDropped(_ element: XMLElement) -> Bool {
        if dropped.contains(element.name) { return true }
        if element["hidden"] != nil || element["aria-hidden"] == "true" { return true }
        if let role = element["role"], roles.contains(role) { return true }
        guard let style = element["style"] else { return false }
        let plain = style.filter { !$0.isWhitespace }.lowercased()
        return plain.contains("display:none") || plain.contains("visibility:hidden")
    }

    private static let dropped: Set<String> = [
        "head", "script", "style", "noscript", "template", "nav", "aside", "footer", "form", "button", "input",
        "select", "textarea", "svg", "canvas", "iframe", "object", "embed", "audio", "video", "dialog", "map",
    ]
    private static let roles: Set<String> = [
        "navigation", "complementary", "contentinfo", "banner", "search", "dialog",
    ]

    private static func first(in element: XMLElement, where isMeant: (XMLElement) -> Bool) -> XMLElement? {
        if isMeant(element) { return element }
        for child in element.elements {
            if let found = first(in: child, where: isMeant) { return found }
        }
        return nil
    }

    /// The text that would be kept, in bytes.
    private static func length(of element: XMLElement) -> Int {
        element.children.reduce(0) { sum, child in
            switch child {
            case .text(let text): sum + text.utf8.count
            case .element(let element): sum + (isDropped(element) ? 0 : length(of: element))
            }
        }
    }
}
