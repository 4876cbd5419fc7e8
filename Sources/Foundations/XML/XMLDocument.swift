import CXML

/// Reads XML documents that may come from anywhere.
///
/// Nothing is loaded from files or the network. A document type is accepted and ignored as long as it declares neither
/// entities nor attributes; a reference to an entity other than the five of XML is an error. Any thread may read.
package enum XMLDocument {
    /// The root element of a well-formed document.
    package static func parse(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else {
            throw XMLError(.limit, "the document has \(bytes.count) bytes, the limit is \(limits.bytes)")
        }
        let text = try TextEncoding.utf8(xml: bytes)
        guard text.contains(where: { !TextEncoding.isSpace($0) }) else {
            throw XMLError(.empty, "the document is empty")
        }
        try TagScan.check(text, mostAttributes: limits.attributes)
        guard Libxml.isReady else { throw XMLError(.syntax, "the XML library did not start") }
        let builder = TreeBuilder(limits: limits, isLenient: false)
        text.withUnsafeBytes { run(builder, $0) }
        if let error = builder.error { throw error }
        guard let root = builder.root else { throw XMLError(.syntax, line: 1, "there is no root element") }
        return root
    }

    private static func run(_ builder: TreeBuilder, _ text: UnsafeRawBufferPointer) {
        guard let start = text.bindMemory(to: CChar.self).baseAddress,
            let parser = xmlCreateMemoryParserCtxt(start, Int32(text.count))
        else { return builder.fail(.syntax, "the XML library gave no parser") }
        defer {
            builder.parser = nil
            xmlFreeParserCtxt(parser)
        }
        // NONET and no loading options: nothing outside of the text is read. HUGE lifts limits that are ours here.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        xmlCtxtUseOptions(parser, Int32(options))
        parser.pointee.sax.pointee = handler()
        parser.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
        builder.parser = parser
        let status = xmlParseDocument(parser)
        if builder.error == nil, status != 0 || parser.pointee.wellFormed == 0 {
            builder.report("the document is not well-formed")
        }
    }

    private static func handler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { context, name, prefix, _, _, _, count, _, attributes in
            guard let builder = TreeBuilder.of(context) else { return }
            guard Int(count) <= builder.limits.attributes else {
                return builder.fail(.limit, "an element with more than \(builder.limits.attributes) attributes")
            }
            var list: [XMLAttribute] = []
            list.reserveCapacity(Int(count))
            if let attributes {
                // Five pointers each: name, prefix, namespace, start and end of the value.
                for place in 0..<Int(count) {
                    let entry = attributes + place * 5
                    guard let start = entry[3], let end = entry[4] else { continue }
                    let value = XMLDocument.value(Libxml.string(start, count: end - start))
                    list.append(XMLAttribute(XMLDocument.qualified(entry[0], entry[1]), value))
                }
            }
            builder.start(XMLDocument.qualified(name, prefix), list)
        }
        handler.endElementNs = { context, _, _, _ in TreeBuilder.of(context)?.end() }
        handler.characters = { context, text, count in TreeBuilder.of(context)?.characters(text, count: count) }
        handler.ignorableWhitespace = handler.characters
        handler.cdataBlock = handler.characters
        handler.entityDecl = { context, _, _, _, _, _ in
            TreeBuilder.of(context)?.fail(.entity, "the document declares an entity, which is refused")
        }
        handler.attributeDecl = { context, _, _, _, _, _, tree in
            xmlFreeEnumeration(tree)
            TreeBuilder.of(context)?.fail(.entity, "the document declares attributes, which is refused")
        }
        handler.reference = { context, name in
            TreeBuilder.of(context)?.fail(.entity, "the entity \(Libxml.string(name)) is not known")
        }
        handler.serror = { context, error in
            guard let builder = TreeBuilder.of(context), let error else { return }
            let code = UInt32(bitPattern: error.pointee.code)
            if code == XML_WAR_UNDECLARED_ENTITY.rawValue || code == XML_ERR_UNDECLARED_ENTITY.rawValue {
                return builder.fail(.entity, "an entity is not known")
            }
            guard error.pointee.level == XML_ERR_FATAL else { return }
            if code == XML_ERR_INVALID_ENCODING.rawValue || code == XML_ERR_INVALID_CHAR.rawValue {
                return builder.fail(.encoding, "a byte or character that XML does not allow")
            }
            let text = XMLDocument.message(error.pointee.message)
            if code == XML_ERR_TAG_NAME_MISMATCH.rawValue { return builder.fail(.syntax, text) }
            builder.report(text)
        }
        return handler
    }

    private static func qualified(_ name: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?) -> String {
        prefix == nil ? Libxml.string(name) : Libxml.string(prefix) + ":" + Libxml.string(name)
    }

    /// The parser leaves `&` escaped in attributes where it is not asked to replace entities.
    private static func value(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        let escape = Array("&#38;".utf8)
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            result.append(byte)
            rest = rest.dropFirst(rest.starts(with: escape) ? escape.count : 1)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The library's words on one line.
    private static func message(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "the document is not well-formed" }
        let words = String(cString: text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 200 ? words.prefix(200) + "…" : words
    }
}
