/// What is wrong with a body that came over the wire.
package struct WireFault: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// Where, as the API's users write it: `messages[2].content[0].type`; empty for the body itself.
    package var path: String
    /// What is wrong there and what is expected, without the path.
    package var problem: String

    package init(_ code: Code, _ path: String, _ problem: String) {
        self.code = code
        self.path = path
        self.problem = problem
    }

    package enum Code: String, Sendable, Hashable, Codable {
        /// A member is missing, or has a value that the format does not allow.
        case invalid
        /// The format allows it, this server does not.
        case unsupported
    }

    /// One sentence with the path in it.
    package var message: String { path.isEmpty ? "the body: \(problem)" : "\(path): \(problem)" }

    package var description: String { message }

    /// The same fault seen from one object further out.
    package func inside(_ name: String) -> WireFault {
        WireFault(code, path.isEmpty || path.hasPrefix("[") ? name + path : "\(name).\(path)", problem)
    }

    /// The same fault seen from the array that the value stands in.
    package func inside(_ index: Int) -> WireFault { inside("[\(index)]") }
}
