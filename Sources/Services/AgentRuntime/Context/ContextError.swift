package import Conversation

/// Why something cannot be given to an agent as context, in one sentence with the fix.
package struct ContextError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package enum Code: String, Sendable, Hashable {
        /// The file or page is of a kind, size or place that is not taken.
        case unusable
        /// The policy closes it.
        case refused
        case notFound
        /// What was frozen at the start of the run is gone or changed.
        case damaged
    }

    package var description: String { message }

    package static func noImages(_ image: ImagePart) -> ContextError {
        ContextError(.damaged, "the image \(image.name) is named in the session, but nothing keeps its bytes")
    }

    package static func modelTakesNoImages(_ model: String, _ file: String) -> ContextError {
        ContextError(
            .unusable,
            "\(model) takes no images: choose another with --model, set models.prices.\(model).images: on if it does, "
                + "or leave out \(file)")
    }
}
