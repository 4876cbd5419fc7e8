import Crypto
import SpecDocuments

/// Documents that are taken over together or not at all: a feature, or all living specifications.
struct ImportUnit: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// A feature to be; archived ones are done with.
        case feature(isArchived: Bool)
        /// Files that go where they belong as they are.
        case files
        /// A feature that lies where it is read anyway.
        case inPlace
    }

    var kind: Kind
    /// What the record knows it by, such as `.kiro/specs/login`.
    var key: String
    /// Where it lies, below the source's place.
    var folder: String
    /// What its folder is to be called, without a number.
    var slug: String
    /// The number it had.
    var number: Int?
    /// Below the source's place.
    var files: [String]
    /// Why nothing of it can be taken over.
    var refusal: String?
}

/// One file as it is to stand in the project.
struct ImportedFile: Sendable, Hashable {
    /// Below the project's root.
    var target: String
    /// What it was made of, below the source's place.
    var sources: [String]
    /// Of all that it was made of.
    var sourceHash: String
    var bytes: [UInt8]
}

/// What became of a unit's documents.
struct ImportedUnit: Sendable, Hashable {
    var files: [ImportedFile] = []
    var ids = ImportedIDs()
    /// What the user should know, each with its place.
    var notes: [SpecFault] = []
}

extension ImportUnit {
    /// A name that a folder can have: small letters, digits and hyphens.
    static func slug(_ name: String) -> String {
        var slug = ""
        for character in name.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                slug.append(character)
            } else if slug.last != "-", !slug.isEmpty {
                slug.append("-")
            }
        }
        while slug.last == "-" { slug.removeLast() }
        return slug.isEmpty ? FeatureName(request: name).slug : String(slug.prefix(80))
    }

    /// `Word ladder` of `word-ladder`.
    var title: String {
        let words = slug.replacing("-", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
