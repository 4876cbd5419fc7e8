extension LanguageExample {
    static let ruby = LanguageExample(
        path: "example.rb",
        source: #"""
            require 'json'

            module Shop
              LIMIT = 10

              class Order < Shop::Base
                include Comparable
                attr_reader :lines, :total

                def initialize(lines)
                  @lines = lines
                  local = 1
                end

                def self.load(path)
                  new(JSON.parse(File.read(path)))
                end

                def empty? = lines.empty?

                def ==(other)
                  compare other
                end

                class << self
                  def build; end
                end
              end
            end

            class Shop::Error < StandardError; end

            def helper(name, size: 1)
              Shop::Order.new(name)
            end
            """#,
        definitions: #"""
            3-29 module Shop | module Shop
              4-4 constant LIMIT | LIMIT = 10
              6-28 type Order | class Order < Shop::Base
                8-8 field lines | :lines
                8-8 field total | :total
                10-13 method initialize | def initialize(lines)
                15-17 method load | def self.load(path)
                19-19 method empty? | def empty?
                21-23 method == | def ==(other)
                26-26 method build | def build; end
            31-31 type Error | class Shop::Error < StandardError; end
            33-35 function helper | def helper(name, size: 1)
            """#,
        references: #"""
            1 function require
            6 type Shop Base
            7 function include
            7 type Comparable
            8 function attr_reader
            16 function new parse read
            16 type JSON File
            16 name path
            19 function empty?
            22 function compare
            22 name other
            31 type Shop StandardError
            34 type Shop Order
            34 function new
            34 name name
            """#)
}
