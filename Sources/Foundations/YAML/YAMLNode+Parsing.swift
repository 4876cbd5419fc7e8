extension YAMLNode {
    /// The bytes that a text may have.
    static let largestText = 16 << 20

    /// Reads a text of one document; an empty text is null.
    package static func parse(_ text: String) throws(YAMLError) -> YAMLNode {
        let documents = try parseAll(text)
        guard documents.count <= 1 else {
            throw YAMLError(documents[1].mark, "there is a second document, and one is expected")
        }
        return documents.first ?? YAMLNode(.scalar("", .plain), YAMLMark(line: 1, column: 1))
    }

    /// Reads every document of a text.
    ///
    /// Aliases are expanded and merge keys (`<<`) merged. Refused are texts of more than 16 MB, more than 500 000 values
    /// or 200 levels, keys that stand twice or are no scalars, and tags outside the core schema.
    package static func parseAll(_ text: String) throws(YAMLError) -> [YAMLNode] {
        guard text.utf8.count <= largestText else {
            throw YAMLError(line: 1, column: 1, message: "the text is larger than \(largestText >> 20) MB")
        }
        // libyaml takes no byte order mark where it is told the encoding, and no text without an address.
        let bytes = Array(text.unicodeScalars.first == "\u{FEFF}" ? text.utf8.dropFirst(3) : text.utf8[...])
        guard !bytes.isEmpty else { return [] }
        let outcome = bytes.withUnsafeBufferPointer { buffer -> Result<[YAMLNode], YAMLError> in
            do throws(YAMLError) {
                let reader = try YAMLEventReader(buffer)
                defer { reader.close() }
                var composer = YAMLComposer(reader: reader)
                return .success(try composer.documents())
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
