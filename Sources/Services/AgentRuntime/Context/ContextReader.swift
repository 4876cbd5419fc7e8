import Conversation
import Crypto
package import Files
package import Policy
import Runs

/// Reads what a user gives a run to know: text files, images and web pages, as they are now.
package struct ContextReader: Sendable {
    /// A page that was fetched and reduced to Markdown.
    package struct Page: Sendable, Hashable {
        package var title: String
        package var markdown: String

        package init(title: String, markdown: String) {
            self.title = title
            self.markdown = markdown
        }
    }

    private let directory: FilePath
    private let project: FilePath
    private let paths: PathRules
    private let page: @Sendable (String) async throws -> Page

    static let largestImage = ImageHeader.largestFile
    static let longestSide = ImageHeader.longestSide
    static let mostImages = 20
    private static let largestText = 2 << 20
    private static let mostCharacters = 40_000

    /// - Parameters:
    ///   - directory: what paths are relative to.
    ///   - project: files in it are held to the rules; those elsewhere to the built-in ones.
    ///   - page: fetches a web page.
    package init(
        directory: FilePath, project: FilePath, paths: PathRules,
        page: @escaping @Sendable (String) async throws -> Page
    ) {
        self.directory = directory
        self.project = project
        self.paths = paths
        self.page = page
    }

    /// Reads all of them, in order; throws `ContextError`, and what fetching a page throws.
    package func read(_ sources: [String]) async throws -> [GivenContext] {
        var given: [GivenContext] = []
        for source in sources where !given.contains(where: { $0.item.source == source }) {
            given.append(source.contains("://") ? try await read(page: source) : try read(file: source))
        }
        let images = given.count { $0.item.image != nil }
        guard images <= Self.mostImages else {
            throw ContextError(.unusable, "\(images) images are given, and at most \(Self.mostImages) can be shown")
        }
        return given
    }

    private func read(page url: String) async throws -> GivenContext {
        let page = try await page(url)
        return Self.given(url, .page(title: page.title), Array(page.markdown.utf8))
    }

    private func read(file source: String) throws(ContextError) -> GivenContext {
        let path = FilePath(source).resolved(from: directory).normalized()
        try check(path, source)
        if FileSystem.isDirectory(path) {
            throw ContextError(
                .unusable,
                "\(source) is a folder; give the files in it that matter, and the agents read the others themselves")
        }
        let real: FilePath
        let bytes: [UInt8]
        do throws(FileError) {
            real = try FileSystem.realPath(path)
            bytes = try FileSystem.readBytes(real, limit: Self.largestImage)
        } catch {
            switch error.code {
            case .notFound: throw ContextError(.notFound, "\(source) does not exist in \(directory)")
            case .tooLarge: throw ContextError(.unusable, "\(source) is larger than 5 MB; give the part that matters")
            default: throw ContextError(.unusable, error.message)
            }
        }
        if real != path { try check(real, source) }
        switch ImageHeader.find(in: bytes) {
        case .image(let header): return try image(header, bytes, source)
        case .unusable(let what):
            throw ContextError(.unusable, "\(source) is \(what), and models take PNG, JPEG and WebP; convert it first")
        case .noImage: return try text(bytes, source)
        }
    }

    private func check(_ path: FilePath, _ source: String) throws(ContextError) {
        let inside = path.relative(to: project)
        let decision =
            if let inside, inside != "." {
                paths.decide(inside, for: .read)
            } else {
                PathRules().decide(path.components.joined(separator: "/"), for: .read)
            }
        guard case .deny(let reason) = decision else { return }
        throw ContextError(.refused, "\(source) is not given to a model: \(reason)")
    }

    private func image(_ header: ImageHeader, _ bytes: [UInt8], _ source: String) throws(ContextError) -> GivenContext {
        guard header.width <= Self.longestSide, header.height <= Self.longestSide else {
            throw ContextError(
                .unusable,
                "\(source) has \(header.width) × \(header.height) pixels, and \(Self.longestSide) a side are the most; scale it down"
            )
        }
        return Self.given(source, .image(header.format, width: header.width, height: header.height), bytes)
    }

    private func text(_ bytes: [UInt8], _ source: String) throws(ContextError) -> GivenContext {
        if bytes.starts(with: Array("%PDF".utf8)) {
            throw ContextError(
                .unusable, "\(source) is a PDF; convert it to text, such as with pdftotext, and give that file")
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw ContextError(.unusable, "\(source) is neither text in UTF-8 nor an image; give it as one of them")
        }
        guard bytes.count <= Self.largestText else {
            throw ContextError(.unusable, "\(source) is larger than 2 MB of text; give the part that matters")
        }
        guard text.count > Self.mostCharacters else { return Self.given(source, .text, bytes) }
        let cut = text.prefix(Self.mostCharacters)
        let end = cut.lastIndex(where: \.isNewline) ?? cut.endIndex
        let kept = "\(cut[..<end])\n(cut here: \(cut[..<end].count) of \(text.count) characters are given)"
        return Self.given(source, .text, Array(kept.utf8))
    }

    private static func given(_ source: String, _ kind: ContextItem.Kind, _ bytes: [UInt8]) -> GivenContext {
        GivenContext(
            item: ContextItem(source: source, kind: kind, hash: SHA256.hash(bytes).hex, byteCount: bytes.count),
            bytes: bytes)
    }
}
