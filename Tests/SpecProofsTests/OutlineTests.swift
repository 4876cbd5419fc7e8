import SpecProofs
import Testing

@Suite("Outlines of source files")
struct OutlineTests {
    private func outline(_ text: String, _ path: String) throws -> [String] {
        let outline = try #require(SourceOutline(Array(text.utf8), path: path))
        return outline.entries.map { entry in
            "\(entry.isTest ? "test" : entry.kind.rawValue) \(entry.path) \(entry.headLine)-\(entry.line)-\(entry.lastLine)"
        }
    }

    @Test("Python")
    func python() throws {
        let text = """
            import unittest

            LIMIT = 5


            # FR-003: reads
            @tag("FR-004")
            class StoreTests(unittest.TestCase):
                def setUp(self):
                    self.text = \"\"\"
            not = indented
            \"\"\"

                # about FR-001
                @skip
                def test_load(self):
                    \"\"\"Proves FR-002.\"\"\"
                    self.assertEqual(1, 1)

            async def helper(
                a, b,
            ) -> int:
                return 1
            """
        let found = try outline(text, "tests/test_store.py")
        #expect(
            found == [
                "value LIMIT 3-3-3", "type StoreTests 6-8-18", "function StoreTests.setUp 9-9-12",
                "test StoreTests.test_load 14-16-18", "function helper 20-20-23",
            ])
    }

    @Test("JavaScript with tests in words")
    func javaScript() throws {
        let text = """
            import { test } from "node:test";
            const LIMIT = 5;
            export class Store {
              #items = [];
              async load(id) {
                if (id) { return 1; }
                return this.items.map((x) => {
                  return x;
                });
              }
            }
            export const save = async (x) => {
              return x;
            };
            describe("the store", () => {
              // FR-001
              test("loads what was saved", async () => {
                const text = `
            odd ${1}
            `;
              });
              it.each([1, 2])("FR-002 keeps %s",
                (n) => {
                });
              test(
                "a long name",
                () => {},
              );
            });
            """
        let found = try outline(text, "store.test.mjs")
        #expect(
            found == [
                "value LIMIT 2-2-2", "type Store 3-3-11", "function Store.load 5-5-10", "value save 12-12-14",
                "suite the store 15-15-29", "test the store.loads what was saved 16-17-21",
                "test the store.FR-002 keeps %s 22-22-24", "test the store.a long name 25-25-28",
            ])
    }

    @Test(
        "Swift, Go, Rust, Java, C and C++, Ruby, shell",
        arguments: [
            (
                "Store.swift",
                """
                /// A store.
                struct Store {
                    let a = 1
                    init(a: Int) {
                    }
                    func load()
                        -> Int
                    {
                        1
                    }
                }
                extension Store {
                    @Test("FR-001 loads") func `it loads`() {
                        #if DEBUG
                #endif
                    }
                }
                """,
                [
                    "type Store 1-2-11", "function Store.init 4-4-5", "function Store.load 6-6-10",
                    "type extension Store 12-12-17",
                    "test extension Store.it loads 13-13-16",
                ]
            ),
            (
                "store_test.go",
                """
                package store

                type Store struct {
                	a int
                }

                // Load loads.
                func (s *Store) Load(id string) (int, error) {
                	return 1, nil
                }

                func TestLoad(t *testing.T) {
                	t.Run("FR-001 loads", func(t *testing.T) {
                		t.Fatal("x")
                	})
                }
                """,
                [
                    "type Store 3-3-5", "function Store.Load 7-8-10", "test TestLoad 12-12-16",
                    "test TestLoad.FR-001 loads 13-13-15",
                ]
            ),
            (
                "lib.rs",
                """
                pub struct Store<'a> { a: &'a str }
                impl<'a> Store<'a> {
                    pub fn load(&self) -> u8 {
                        1
                    }
                }
                #[cfg(test)]
                mod tests {
                    /// FR-001
                    #[test]
                    fn loads() {
                        assert!(true);
                    }
                }
                """,
                [
                    "type Store 1-1-1", "type impl <'a> Store<'a> 2-2-6", "function impl <'a> Store<'a>.load 3-3-5",
                    "type tests 7-8-14",
                    "test tests.loads 9-11-13",
                ]
            ),
            (
                "StoreTest.java",
                """
                package a;
                public class StoreTest {
                    private int a = call(1);
                    public StoreTest(int a) {
                        if (a > 1) { return; }
                    }
                    /**
                     * FR-001
                     */
                    @Test
                    void loads() throws Exception {
                        assertEquals(1, 1);
                    }
                }
                """,
                ["type StoreTest 2-2-14", "function StoreTest.StoreTest 4-4-6", "test StoreTest.loads 7-11-13"]
            ),
            (
                "store.cpp",
                """
                #include <x>
                namespace a {
                int Store::load(int id) const {
                  return id;
                }
                }
                static int
                helper(void)
                {
                    return call(1);
                }
                struct point *make(int a)
                {
                #ifdef X
                    return 0;
                #endif
                }
                TEST(Store, Loads) {
                  EXPECT_EQ(1, 1);
                }
                """,
                ["type a 2-2-2", "function Store.load 3-3-5", "function make 12-12-17", "test Store.Loads 18-18-20"]
            ),
            (
                "store_spec.rb",
                """
                class Store
                  def self.load(id)
                    if id
                      1
                    end
                  end
                end
                RSpec.describe Store do
                  # FR-001
                  it 'loads' do
                    expect(1).to eq(1)
                  end
                end
                """,
                ["type Store 1-1-7", "function Store.load 2-2-6", "suite Store 8-8-13", "test Store.loads 9-10-12"]
            ),
            (
                "store.bats",
                """
                load_it() {
                  echo "a # b"
                }
                @test "FR-001 loads" {
                  run load_it
                }
                """,
                ["function load_it 1-1-3", "test FR-001 loads 4-4-6"]
            ),
        ])
    func languages(_ path: String, _ text: String, _ wanted: [String]) throws {
        let found = try outline(text, path)
        #expect(found == wanted)
    }

    @Test("a hash changes with the words, not with blank lines, line ends, comments above and depth")
    func hashes() throws {
        func hash(_ text: String, _ name: String) throws -> String {
            let outline = try #require(SourceOutline(Array(text.utf8), path: "a.py"))
            return outline.hash(of: try #require(outline.entries.first { $0.name == name }))
        }
        let plain = try hash("def a():\n    return 1\n", "a")
        #expect(try hash("# words\ndef a():\r\n\r\n    return 1   \r\n", "a") == plain)
        #expect(try hash("class B:\n    def a():\n        return 1\n", "a") == plain)
        #expect(try hash("def a():\n    return 2\n", "a") != plain)
        #expect(try hash("@x\ndef a():\n    return 1\n", "a") != plain)
        let type = try hash("class B:\n    x = 1\n    def a():\n        return 1\n", "B")
        #expect(try hash("class B:\n    x = 1\n    def a():\n        return 2\n", "B") == type)
        #expect(try hash("class B:\n    x = 2\n    def a():\n        return 1\n", "B") != type)
    }
}
