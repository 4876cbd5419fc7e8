import Testing
import WireFormats

@testable import ServerAPI

/// Forms with files (G10).
@Suite("A form with a file")
struct MultipartFormTests {
    private let type = "multipart/form-data; boundary=\"b-1\""

    @Test("is read to the byte, with boundaries' look-alikes in it")
    func whole() throws {
        let content = "{\"a\":1}\r\n--b\r\n\r\n-- b-1 \n"
        let text =
            "--b-1\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            + "--b-1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"calls.jsonl\"\r\n"
            + "Content-Type: application/jsonl\r\n\r\n\(content)\r\n--b-1--\r\n"
        let form = try MultipartForm(Array(text.utf8), type: type)
        #expect(
            form.parts == [
                .init(name: "purpose", fileName: nil, content: Array("batch".utf8)),
                .init(name: "file", fileName: "calls.jsonl", content: Array(content.utf8)),
            ])
        #expect(form.text(of: "purpose") == "batch")
        #expect(form.part("other") == nil)
    }

    @Test(
        "is refused where it breaks the rules",
        arguments: [
            ("", "the form does not begin with its boundary"), ("--b-1", "a boundary of the form is not followed"),
            ("--b-1\r\nX: y\r\n\r\ntext\r\n--b-1--", "a part of the form has no name"),
            ("--b-1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ntext", "a part of the form has no end"),
        ])
    func broken(text: String, fault: String) {
        #expect {
            _ = try MultipartForm(Array(text.utf8), type: type)
        } throws: { error in
            "\(error)".contains(fault)
        }
    }

    @Test("needs a boundary", arguments: ["text/plain", "multipart/form-data", "multipart/form-data; boundary="])
    func boundary(type: String) {
        #expect(throws: WireFault(.invalid, "", "expected a form: multipart/form-data with a boundary")) {
            _ = try MultipartForm([], type: type)
        }
    }
}
