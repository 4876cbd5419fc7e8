import CXML

/// Builds the tree from what the C parser reports, and stops the parser at the first fault.
///
/// Used by one parse on one thread; the parser holds an unretained reference for the time of the parse.
final class TreeBuilder {
    private struct Open {
        var element: XMLElement
        /// Bytes of the last text child, which comes in pieces.
        var text: [UInt8] = []
    }

    let limits: XMLLimits
    private(set) var root: XMLElement?
    private(set) var error: XMLError?
    private var open: [Open] = []
    private var elements = 0
    /// Elements below the deepest that is kept; only a lenient reader counts them.
    private var beyond = 0
    private let isLenient: Bool
    /// Valid during the parse only.
    var parser: xmlParserCtxtPtr?

    init(limits: XMLLimits, isLenient: Bool) {
        self.limits = limits
        self.isLenient = isLenient
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> TreeBuilder? {
        context.map { Unmanaged<TreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    var line: Int { parser.map { Int(xmlSAX2GetLineNumber($0)) } ?? 0 }

    /// Whether the parser has used up its input.
    private var isAtEnd: Bool {
        guard let input = parser?.pointee.input else { return false }
        return input.pointee.cur >= input.pointee.end
    }

    func fail(_ code: XMLError.Code, _ message: String) {
        if error == nil { error = XMLError(code, line: max(line, 1), message) }
        if let parser { xmlStopParser(parser) }
    }

    func report(_ message: String) {
        fail(isAtEnd ? .truncated : .syntax, isAtEnd ? "the text ends too early: \(message)" : message)
    }

    func start(_ name: String, _ attributes: [XMLAttribute]) {
        guard error == nil else { return }
        elements += 1
        guard elements <= limits.elements else { return fail(.limit, "more than \(limits.elements) elements") }
        guard attributes.count <= limits.attributes else {
            return fail(.limit, "an element with more than \(limits.attributes) attributes")
        }
        if open.count >= limits.depth {
            guard isLenient, beyond < Self.mostBeyond else {
                return fail(.limit, "elements nested deeper than \(limits.depth + beyond) levels")
            }
            beyond += 1
            return
        }
        flush()
        open.append(Open(element: XMLElement(name, attributes, line: line)))
    }

    /// Keeps the search for the partner of an end tag, which the C parser does from top to bottom, short.
    private static let mostBeyond = 2048

    func end() {
        guard error == nil else { return }
        if beyond > 0 {
            beyond -= 1
            return
        }
        flush()
        guard let last = open.popLast() else { return }
        if open.isEmpty {
            if root == nil { root = last.element }
        } else {
            open[open.count - 1].element.children.append(.element(last.element))
        }
    }

    func characters(_ start: UnsafePointer<xmlChar>?, count: Int32) {
        guard error == nil, let start, count > 0, !open.isEmpty else { return }
        open[open.count - 1].text.append(contentsOf: UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// Ends what the parser left open.
    func finish() {
        beyond = 0
        while !open.isEmpty { end() }
    }

    private func flush() {
        guard let place = open.indices.last, !open[place].text.isEmpty else { return }
        open[place].element.children.append(.text(String(decoding: open[place].text, as: UTF8.self)))
        open[place].text = []
    }
}
