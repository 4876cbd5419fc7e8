package import JSON

/// Why a schema cannot be used.
package struct SchemaError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// A keyword's value is not what the standard asks for.
        case invalidKeyword
        /// The keyword would change what is valid, and is not supported.
        case unsupportedKeyword
        /// The standard does not define the keyword.
        case unknownKeyword
        /// A `$ref` that is not local or leads nowhere.
        case invalidReference
        /// A schema that refers to itself for the same value.
        case endlessReference
    }

    package var code: Code
    /// One sentence that starts with the place.
    package var message: String
    /// The keyword, or the schema, within the document.
    package var path: JSONPointer

    init(_ code: Code, at path: JSONPointer, _ problem: String) {
        self.code = code
        self.path = path
        message = "schema\(path.isRoot ? "" : " at \(path)"): \(problem)"
    }
}

extension SchemaError: CustomStringConvertible {
    package var description: String { message }
}
