import Testing
import XML

@testable import WebPages

@Suite("A page as Markdown")
struct MarkdownWriterTests {
    private func markdown(_ html: String) throws -> String {
        let root = try HTMLDocument.parse(Array(html.utf8))
        let writer = MarkdownWriter(base: try WebAddress("https://example.com/docs/guide.html"))
        return writer.blocks(of: MainContent.find(in: root)).joined(separator: "\n\n")
    }

    @Test(
        "each kind of block has its form",
        arguments: [
            ("<h1>A  <em>big</em>\n title</h1><p>One\n two.<p>Three", "# A big title\n\nOne two.\n\nThree"),
            ("<ul><li>one<li>two<ul><li>deep</ul></ul>", "- one\n- two\n  - deep"),
            ("<ol start=3><li><p>a</p><p>b</p><li>c</ol>", "3. a\n  b\n4. c"),
            (
                "<pre><code class='x language-py'>def f():\n    return  1\n\n\n</code></pre>",
                "```py\ndef f():\n    return  1\n```"
            ),
            ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
            (
                "<table><thead><tr><th>Key</th><th>Is</th></tr></thead><tr><td>a|b<td><p>x</p><p>y</p></table>",
                "| Key | Is |\n| --- | --- |\n| a\\|b | x y |"
            ),
            (
                "<p>See <a href='../api/x?y=1#z'>the API</a>, <a href='#top'>top</a>, <a href='javascript:f()'>run</a>, "
                    + "<a href='https://e.org/'>https://e.org/</a>.</p>",
                "See the API (https://example.com/api/x?y=1), top, run, https://e.org/."
            ),
            (
                "<p><img src=a.png alt='A graph'> and <img src=b.png> <code>x  y</code></p>",
                "[image: A graph] and `x y`"
            ),
            ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
            ("<dl><dt>term<dd>meaning</dl>", "term\n\n: meaning"),
            ("text <div>in a box</div> and after<br>it", "text\n\nin a box\n\nand after\nit"),
        ])
    func forms(html: String, expected: String) throws {
        #expect(try markdown("<html><body>\(html)</body></html>") == expected)
    }

    @Test("menus, scripts, footers and what is hidden are dropped")
    func dropped() throws {
        let page = """
            <html><head><title>T</title><style>p{}</style></head><body>
            <nav><a href=/>Home</a></nav><div role=banner>Logo</div><script>alert(1)</script>
            <div id=x><p>The words that matter.</p><p hidden>secret</p><p style="display: none">gone</p>
            <span aria-hidden=true>#</span></div><aside>Ads</aside><form><input value=1>Search</form>
            <footer>Imprint</footer></body></html>
            """
        #expect(try markdown(page) == "The words that matter.")
    }

    @Test("the part that a page marks as its content is taken, unless it holds next to nothing")
    func main() throws {
        let marked = "<body><div>Before</div><main><p>Content of some length.</p></main><div>After</div></body>"
        #expect(try markdown(marked) == "Content of some length.")
        let empty = "<body><main> </main><p>All that there is stands outside of it, as happens.</p></body>"
        #expect(try markdown(empty) == "All that there is stands outside of it, as happens.")
    }

    @Test("a long text is cut between its blocks and says so")
    func cut() {
        let blocks = ["one two", "three", "four five six", "seven"]
        #expect(SizeCap.cut(blocks, to: 1_000) == ("one two\n\nthree\n\nfour five six\n\nseven", false))
        let cut = SizeCap.cut(blocks, to: 20)
        #expect(cut == ("one two\n\nthree\n\n(cut here: 12 of about 38 characters are given)", true))
        let long = SizeCap.cut(["```\nline one\nline two\nline three\n```"], to: 20)
        #expect(long == ("```\nline one\n```\n\n(cut here: 16 of about 38 characters are given)", true))
    }
}
