/// A web page as it is given to a model.
package struct WebPage: Sendable, Hashable {
    /// Where it was found at last, after redirects.
    package var url: String
    package var title: String
    /// Its main content, within the limit.
    package var markdown: String
    package var isCut: Bool

    package init(url: String, title: String, markdown: String, isCut: Bool) {
        self.url = url
        self.title = title
        self.markdown = markdown
        self.isCut = isCut
    }
}
