import CXML

/// The start of the C library, which must be done once before threads share it.
enum Libxml {
    static let isReady: Bool = {
        xmlInitParser()
        return true
    }()

    /// Text that the library hands out, with any fault of its UTF-8 mended.
    static func string(_ start: UnsafePointer<xmlChar>?, count: Int) -> String {
        guard let start, count > 0 else { return "" }
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    static func string(_ start: UnsafePointer<xmlChar>?) -> String {
        guard let start else { return "" }
        return string(start, count: Int(xmlStrlen(start)))
    }
}
