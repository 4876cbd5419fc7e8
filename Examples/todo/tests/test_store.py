import tempfile
import unittest
from pathlib import Path

from store import Store, StoreError, Todo


class StoreTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = Store(Path(folder.name) / "todos.json")

    def test_it_is_empty_before_the_first_todo(self):
        self.assertEqual(self.store.load(), [])

    def test_it_numbers_todos_from_one(self):
        self.store.add("buy milk")
        self.store.add("water the plants")
        self.assertEqual(self.store.load(), [Todo(1, "buy milk"), Todo(2, "water the plants")])

    def test_it_remembers_what_is_done(self):
        self.store.add("buy milk")
        self.store.complete(1)
        self.assertEqual(self.store.load(), [Todo(1, "buy milk", done=True)])

    def test_it_names_a_number_that_is_not_there(self):
        with self.assertRaisesRegex(StoreError, "no todo number 7"):
            self.store.complete(7)

    def test_it_says_that_a_file_is_not_its_own(self):
        self.store.path.write_text("{}}")
        with self.assertRaisesRegex(StoreError, "is not a list of todos"):
            self.store.load()


if __name__ == "__main__":
    unittest.main()
