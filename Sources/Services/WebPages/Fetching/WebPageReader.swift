package import HTTPClient
import InternetAddresses
import XML

/// Fetches a web page and reduces it to Markdown.
///
///     let page = try await WebPageReader(policy: WebPolicy()).read("https://example.com/guide")
///
/// Each redirect is checked by the policy before it is followed, and connected to at the addresses that were checked.
package struct WebPageReader: Sendable {
    private let client: HTTPClient
    private let policy: WebPolicy

    package init(policy: WebPolicy, client: HTTPClient) {
        self.policy = policy
        self.client = client
    }

    package init(policy: WebPolicy) throws {
        self.init(policy: policy, client: try HTTPClient())
    }

    /// Throws `WebPageError`; cancelling the task ends the request.
    package func read(_ url: String) async throws -> WebPage {
        var address = try WebAddress(url)
        for _ in 0...policy.redirects {
            let checked = try await policy.check(address)
            let response = try await fetch(address, at: checked)
            switch response.status {
            case 200..<300:
                return try page(from: response, at: address)
            case 301, 302, 303, 307, 308:
                guard let link = response.headers["Location"] else {
                    throw WebPageError(.failed, "\(address) redirects without saying where to")
                }
                address = try address.resolving(link)
            case 401, 403:
                throw WebPageError(
                    .failed,
                    "\(address) may not be read without logging in (HTTP \(response.status)); give a public page, or save it as a file"
                )
            default:
                throw WebPageError(.failed, "\(address) answered with HTTP \(response.status)")
            }
        }
        throw WebPageError(.failed, "\(url) redirects more than \(policy.redirects) times")
    }

    private func fetch(_ address: WebAddress, at checked: [IPAddress]?) async throws -> CollectedResponse {
        var request = HTTPRequest(
            "GET", "\(address)",
            headers: ["Accept": "text/html,application/xhtml+xml,text/*;q=0.9,application/json;q=0.8"])
        request.timeouts.total = policy.time
        request.addresses = checked?.map(\.description)
        do throws(HTTPError) {
            return try await client.collect(request, limit: policy.bytes)
        } catch {
            switch error.code {
            case .cancelled: throw CancellationError()
            case .tooLarge:
                throw WebPageError(
                    .tooLarge,
                    "\(address) is larger than \(policy.bytes >> 20) MB; give a smaller page, or the part you need as a file"
                )
            default: throw WebPageError(.failed, "\(address) could not be fetched: \(error.message)")
            }
        }
    }

    private func page(from response: CollectedResponse, at address: WebAddress) throws -> WebPage {
        let type = ContentType(response.headers["Content-Type"] ?? "")
        var title = ""
        let blocks: [String]
        switch type.name {
        case "text/html", "application/xhtml+xml", "":
            let root: XMLElement
            do throws(XMLError) {
                root = try HTMLDocument.parse(response.bytes, charset: type.charset)
            } catch {
                throw WebPageError(.unusable, "\(address) could not be read as a web page: \(error.message)")
            }
            title = MainContent.title(of: root)
            blocks = MarkdownWriter(base: address).blocks(of: MainContent.find(in: root))
        case "application/pdf":
            throw WebPageError(
                .unusable,
                "\(address) is a PDF, which is not read; convert it to text, such as with pdftotext, and give that file"
            )
        case let name where name.hasPrefix("text/") || name == "application/json" || name.hasSuffix("+json"):
            guard let text = type.decode(response.bytes) else {
                throw WebPageError(.unusable, "\(address) says that it is text, but holds binary data")
            }
            blocks = [text]
        default:
            throw WebPageError(
                .unusable, "\(address) is of the type \(type.name), which is no text; give a page, text or JSON")
        }
        let capped = SizeCap.cut(blocks, to: policy.characters)
        guard capped.text.contains(where: { !$0.isWhitespace }) else {
            throw WebPageError(
                .unusable,
                "\(address) holds no text that could be read; it may be made by a script, so save it as a file")
        }
        return WebPage(url: "\(address)", title: title, markdown: capped.text, isCut: capped.isCut)
    }
}
