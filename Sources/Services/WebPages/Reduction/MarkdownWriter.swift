import XML

/// Writes the content of a page as Markdown, block by block.
struct MarkdownWriter {
    /// The page's own address, from which its links lead on.
    let base: WebAddress

    func blocks(of element: XMLElement) -> [String] {
        var blocks: [String] = []
        var line = ""
        add(element.children, to: &blocks, line: &line)
        flush(&line, to: &blocks)
        return blocks
    }

    private func flush(_ line: inout String, to blocks: inout [String]) {
        let text = InlineText.tidy(line)
        if !text.isEmpty { blocks.append(text) }
        line = ""
    }

    /// Text between blocks gathers in `line` until the next block begins.
    private func add(_ children: [XMLNode], to blocks: inout [String], line: inout String) {
        for child in children {
            switch child {
            case .text(let text): line += InlineText.collapse(text)
            case .element(let element):
                if MainContent.isDropped(element) { continue }
                if Self.isInline(element.name) {
                    line += inline(element)
                } else {
                    flush(&line, to: &blocks)
                    blocks += block(element)
                }
            }
        }
    }

    private func block(_ element: XMLElement) -> [String] {
        switch element.name {
        case "h1", "h2", "h3", "h4", "h5", "h6":
            let text = InlineText.tidy(inlines(element)).split(separator: "\n").joined(separator: " ")
            let level = element.name.last?.wholeNumberValue ?? 1
            return text.isEmpty ? [] : [String(repeating: "#", count: level) + " " + text]
        case "pre":
            return code(element)
        case "ul", "ol", "menu":
            let lines = list(element, depth: 0)
            return lines.isEmpty ? [] : [lines.joined(separator: "\n")]
        case "table":
            return table(element)
        case "blockquote":
            let quoted = blocks(of: element).joined(separator: "\n\n")
            if quoted.isEmpty { return [] }
            return [
                quoted.split(separator: "\n", omittingEmptySubsequences: false)
                    .map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n")
            ]
        case "dl":
            return definitions(element)
        default:
            return blocks(of: element)
        }
    }

    // MARK: - Blocks of their own form

    /// Code stands as it is, but for the newlines around it.
    private func code(_ element: XMLElement) -> [String] {
        var text = element.text
        while text.last?.isNewline == true { text.removeLast() }
        while text.first?.isNewline == true { text.removeFirst() }
        guard text.contains(where: { !$0.isWhitespace }) else { return [] }
        let classes = "\(element["class"] ?? "") \(element.first("code")?["class"] ?? "")".split(separator: " ")
        let language = classes.lazy.compactMap { name -> Substring? in
            ["language-", "lang-", "highlight-source-"].lazy.compactMap { prefix in
                name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : nil
            }.first
        }.first
        var fence = "```"
        while text.contains(fence) { fence += "`" }
        return ["\(fence)\(language ?? "")\n\(text)\n\(fence)"]
    }

    private func list(_ element: XMLElement, depth: Int) -> [String] {
        var lines: [String] = []
        var number = Int(element["start"] ?? "") ?? 1
        for item in element.elements where !MainContent.isDropped(item) {
            if ["ul", "ol"].contains(item.name) {
                lines += list(item, depth: depth + 1)
                continue
            }
            let mark = element.name == "ol" ? "\(number)." : "-"
            number += 1
            let indent = String(repeating: "  ", count: depth)
            let inner = blocks(of: item).joined(separator: "\n").split(
                separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in inner.enumerated() {
                lines.append(index == 0 ? "\(indent)\(mark) \(line)" : "\(indent)  \(line)")
            }
        }
        return lines
    }

    private func table(_ element: XMLElement) -> [String] {
        var rows: [[String]] = []
        collectRows(of: element, into: &rows)
        rows.removeAll { row in row.allSatisfy(\.isEmpty) }
        let columns = rows.map(\.count).max() ?? 0
        // A table of one column is a layout, not data.
        guard columns > 1 else { return rows.flatMap { $0 }.filter { !$0.isEmpty } }
        var lines = rows.map { row in
            "| " + (row + Array(repeating: "", count: columns - row.count)).joined(separator: " | ") + " |"
        }
        lines.insert("|" + String(repeating: " --- |", count: columns), at: 1)
        return [lines.joined(separator: "\n")]
    }

    private func collectRows(of element: XMLElement, into rows: inout [[String]]) {
        for child in element.elements where !MainContent.isDropped(child) {
            if child.name == "tr" {
                rows.append(
                    child.elements.filter { $0.name == "td" || $0.name == "th" }.map { cell in
                        blocks(of: cell).joined(separator: " ").split(whereSeparator: \.isNewline)
                            .joined(separator: " ").replacing("|", with: "\\|")
                    })
            } else {
                collectRows(of: child, into: &rows)
            }
        }
    }

    private func definitions(_ element: XMLElement) -> [String] {
        element.elements.flatMap { child -> [String] in
            if MainContent.isDropped(child) { return [] }
            switch child.name {
            case "dt": return blocks(of: child)
            case "dd": return blocks(of: child).map { ": \($0)" }
            default: return definitions(child)
            }
        }
    }

    // MARK: - Text within a line

    private func inlines(_ element: XMLElement) -> String {
        element.children.map { child in
            switch child {
            case .text(let text): InlineText.collapse(text)
            case .element(let element): MainContent.isDropped(element) ? "" : inline(element)
            }
        }.joined()
    }

    private func inline(_ element: XMLElement) -> String {
        switch element.name {
        case "br":
            return "\n"
        case "code", "kbd", "samp", "tt":
            let text = InlineText.tidy(InlineText.collapse(element.text))
            return text.isEmpty ? "" : text.contains("`") ? "`` \(text) ``" : "`\(text)`"
        case "img":
            let alt = InlineText.tidy(InlineText.collapse(element["alt"] ?? ""))
            return alt.isEmpty ? "" : "[image: \(alt)]"
        case "a":
            let text = inlines(element)
            guard text.contains(where: { !$0.isWhitespace }), let link = element["href"], !link.hasPrefix("#"),
                let address = try? base.resolving(link)  // mail addresses, scripts and broken links are left out
            else { return text }
            return "\(address)" == InlineText.tidy(text) ? text : "\(text) (\(address))"
        default:
            return inlines(element)
        }
    }

    private static func isInline(_ name: String) -> Bool { inlineNames.contains(name) }

    private static let inlineNames: Set<String> = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "img", "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong",
        "sub", "sup", "time", "tt", "u", "var", "wbr",
    ]
}

/// White space within lines of a page.
enum InlineText {
    /// A run of white space as one blank, as browsers show it.
    static func collapse(_ text: String) -> String {
        var result = ""
        var isBlank = false
        for scalar in text.unicodeScalars {
            if " \t\n\r\u{0C}".unicodeScalars.contains(scalar) {
                if !isBlank { result += " " }
                isBlank = true
            } else {
                result.unicodeScalars.append(scalar)
                isBlank = false
            }
        }
        return result
    }

    /// Lines without blanks at their ends and without double ones between pieces.
    static func tidy(_ text: String) -> String {
        text.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
