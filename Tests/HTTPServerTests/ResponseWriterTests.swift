import Testing

@testable import HTTPServer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ResponseWriterTests {
    private func head(
        _ status: Status, _ headers: HeaderFields, _ framing: ResponseWriter.Framing,
        _ persistence: ResponseWriter.Persistence
    ) -> String {
        var output: [UInt8] = []
        ResponseWriter.head(
            status, headers, framing, persistence, date: Array("date: then\r\n".utf8), to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `A head has its status, the fields, and how the body ends`() {
        #expect(
            head(.ok, ["content-type": "text/plain"], .length(12), .keep)
                == "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 12\r\ndate: then\r\n\r\n")
        #expect(
            head(599, [:], .chunked, .close)
                == "HTTP/1.1 599 Status\r\ntransfer-encoding: chunked\r\nconnection: close\r\ndate: then\r\n\r\n")
        #expect(head(.noContent, [:], .none, .keep) == "HTTP/1.1 204 No Content\r\ndate: then\r\n\r\n")
        #expect(head(.ok, [:], .close, .close) == "HTTP/1.1 200 OK\r\nconnection: close\r\ndate: then\r\n\r\n")
        #expect(
            head(.ok, [:], .length(0), .keepSaid)
                == "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\ndate: then\r\n\r\n")
    }

    @Test func `Fields that only the server may write are left out`() {
        let headers: HeaderFields = [
            "Content-Length": "7", "Transfer-Encoding": "chunked", "Connection": "keep-alive", "Keep-Alive": "5",
            "Date": "never", "X-Kept": "yes",
        ]
        #expect(
            head(.ok, headers, .length(1), .keep)
                == "HTTP/1.1 200 OK\r\nX-Kept: yes\r\ncontent-length: 1\r\ndate: then\r\n\r\n")
    }

    @Test func `A value cannot end its line, and a name that is none is left out`() {
        let headers: HeaderFields = ["X-A": "a\r\nX-Evil: 1", "X B": "c", "": "d", "X-C": "nul\u{0}\ttab é"]
        #expect(headers.fields.map { "\($0.name)=\($0.value)" } == ["X-A=a  X-Evil: 1", "X-C=nul \ttab é"])
    }

    @Test func `Chunks are framed, other bodies are not`() {
        var output: [UInt8] = []
        ResponseWriter.body(Array("0123456789abcdefg".utf8), .chunked, to: &output)
        ResponseWriter.body(Array("x".utf8), .length(1), to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "11\r\n0123456789abcdefg\r\nx")
    }

    @Test func `The date has the form of RFC 9110`() {
        var second = 784_111_777
        var parts = tm()
        gmtime_r(&second, &parts)
        #expect(String(decoding: DateLine.line(parts), as: UTF8.self) == "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
    }
}

struct HeaderFieldsTests {
    @Test func `Fields are found in any case, and replaced and removed`() {
        var headers: HeaderFields = ["Accept": "a", "X-One": "1", "accept": "b"]
        #expect(headers["ACCEPT"] == "a")
        #expect(headers.all("accept") == ["a", "b"])
        #expect(headers.contains("x-one") && !headers.contains("x-on"))
        headers["Accept"] = "c"
        #expect(headers == ["X-One": "1", "Accept": "c"])
        headers["x-one"] = nil
        #expect(headers == ["accept": "c"])
        #expect(headers.count == 1 && headers.description == "Accept: c")
    }
}
