extension LanguageExample {
    static let swift = LanguageExample(
        path: "example.swift",
        source: #"""
            import Foundation

            let limit = 10
            public typealias Handler = (Request) -> Response

            @MainActor
            public final class Store<Key: Hashable>: Base, Sendable {
                private var items: [Key: Value] = [:]
                static let shared = Store()

                init(size: Int) throws {
                    let local = size
                    super.init(local)
                }

                deinit { close() }

                func value(for key: Key) async throws(StoreError) -> Value? {
                    let local = items[key]
                    return try await loader.load(key, limit)
                }

                subscript(key: Key) -> Value? { items[key] }
            }

            struct Point { var x = 0, y = 0 }
            actor Counter { func next() -> Int { 1 } }

            indirect enum Shape: Codable {
                case circle(Double), empty
                case square
                var area: Double { 0 }
                func scaled() -> Shape { self }
            }

            protocol Drawable: AnyObject {
                associatedtype Canvas
                var name: String { get }
                func draw(on canvas: Canvas)
            }

            extension Store: Drawable where Key == String {
                func draw(on canvas: Canvas) { render(canvas) }
            }

            @discardableResult
            func render(_ canvas: Canvas) -> Bool { true }
            """#,
        definitions: #"""
            3-3 constant limit | let limit = 10
            4-4 type Handler | public typealias Handler = (Request) -> Response
            7-24 type Store | public final class Store<Key: Hashable>: Base, Sendable
              8-8 field items | private var items: [Key: Value] = [:]
              9-9 field shared | static let shared = Store()
              11-14 method init | init(size: Int) throws
              18-21 method value | func value(for key: Key) async throws(StoreError) -> Value?
            26-26 type Point | struct Point
              26-26 field x | var x = 0, y = 0
              26-26 field y | var x = 0, y = 0
            27-27 type Counter | actor Counter
              27-27 method next | func next() -> Int
            29-34 type Shape | indirect enum Shape: Codable
              30-30 field circle | case circle(Double), empty
              30-30 field empty | case circle(Double), empty
              31-31 field square | case square
              32-32 field area | var area: Double
              33-33 method scaled | func scaled() -> Shape
            36-40 interface Drawable | protocol Drawable: AnyObject
              37-37 type Canvas | associatedtype Canvas
              38-38 field name | var name: String { get }
              39-39 method draw | func draw(on canvas: Canvas)
            43-43 method draw | func draw(on canvas: Canvas)
            47-47 function render | func render(_ canvas: Canvas) -> Bool
            """#,
        references: #"""
            1 name Foundation
            4 type Request Response
            6 type MainActor
            7 type Hashable Base Sendable
            8 type Key Value
            9 function Store
            11 type Int
            13 function init
            13 name local
            16 function close
            18 type Key Value
            19 function items
            19 name key
            20 name loader key limit
            20 function load
            23 type Key Value
            23 function items
            23 name key
            27 type Int
            29 type Codable
            30 type Double
            32 type Double
            33 type Shape
            36 type AnyObject
            38 type String
            39 type Canvas
            42 type Store Drawable String
            43 type Canvas
            43 function render
            43 name canvas
            46 type discardableResult
            47 type Canvas Bool
            """#)
}
