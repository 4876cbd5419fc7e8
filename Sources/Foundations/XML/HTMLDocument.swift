import CXML

/// Reads web pages as they come, in the same tree as XML.
///
/// Nothing is loaded. Faults are mended as browsers of old did: missing end tags are put in, unknown elements kept.
/// Names are in lower case; the content of `script` and `style` is text. Any thread may read.
package enum HTMLDocument {
    /// The `html` element of a page, which has a `body` where the page has any content.
    ///
    /// Elements nested deeper than the limit lose their tags but not their text.
    /// - Parameter charset: what the server says of the encoding; without it the page's own word, then its look.
    /// - Throws: ``XMLError`` for a page beyond the limits or without any content.
    package static func parse(
        _ bytes: [UInt8], charset: String? = nil, limits: XMLLimits = XMLLimits(bytes: 32 << 20)
    ) throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else {
            throw XMLError(.limit, "the page has \(bytes.count) bytes, the limit is \(limits.bytes)")
        }
        // A NUL would end the page for the C parser.
        var text = TextEncoding.utf8(html: bytes, charset: charset).filter { $0 != 0 }
        guard text.contains(where: { !TextEncoding.isSpace($0) }) else { throw XMLError(.empty, "the page is empty") }
        // The mark tells the C parser what the encoding is, whatever the page says.
        text.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: 0)
        try TagScan.check(text, mostAttributes: limits.attributes)
        guard Libxml.isReady else { throw XMLError(.syntax, "the HTML library did not start") }
        let builder = TreeBuilder(limits: limits, isLenient: true)
        text.withUnsafeBytes { run(builder, $0) }
        if let error = builder.error { throw error }
        builder.finish()
        guard let root = builder.root else { throw XMLError(.empty, "the page has no content") }
        return root
    }

    private static func run(_ builder: TreeBuilder, _ text: UnsafeRawBufferPointer) {
        guard let start = text.bindMemory(to: CChar.self).baseAddress,
            let parser = htmlCreateMemoryParserCtxt(start, Int32(text.count))
        else { return builder.fail(.syntax, "the HTML library gave no parser") }
        defer {
            builder.parser = nil
            htmlFreeParserCtxt(parser)
        }
        let options = HTML_PARSE_NONET.rawValue | HTML_PARSE_RECOVER.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
        htmlCtxtUseOptions(parser, Int32(options))
        parser.pointee.sax.pointee = handler()
        parser.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
        builder.parser = parser
        htmlParseDocument(parser)
    }

    private static func handler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElement = { context, name, attributes in
            guard let builder = TreeBuilder.of(context) else { return }
            var list: [XMLAttribute] = []
            // Names and values in turn, ended by a nil name; a name without value has nil for it.
            var entry = attributes
            while let pair = entry, let name = pair[0] {
                list.append(XMLAttribute(Libxml.string(name), Libxml.string(pair[1])))
                entry = pair + 2
            }
            builder.start(Libxml.string(name), list)
        }
        handler.endElement = { context, _ in TreeBuilder.of(context)?.end() }
        handler.characters = { context, text, count in TreeBuilder.of(context)?.characters(text, count: count) }
        handler.ignorableWhitespace = handler.characters
        handler.cdataBlock = handler.characters
        // Faults are mended; without this the library would write them to standard error.
        handler.serror = { _, _ in }
        return handler
    }
}
