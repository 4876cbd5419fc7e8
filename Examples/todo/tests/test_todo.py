import contextlib
import io
import os
import tempfile
import unittest
from unittest import mock

import todo


class CommandTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        variables = mock.patch.dict(os.environ, {"TODO_FILE": os.path.join(folder.name, "todos.json")})
        variables.start()
        self.addCleanup(variables.stop)

    def run_todo(self, *arguments):
        """Runs the program; its exit status, what it printed and what it complained about."""
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            status = todo.main(list(arguments))
        return status, output.getvalue(), errors.getvalue()

    def test_add_shows_the_new_todo(self):
        self.assertEqual(self.run_todo("add", "buy milk"), (0, "[ ] 1 buy milk\n", ""))

    def test_list_shows_what_is_to_be_done(self):
        self.run_todo("add", "buy milk")
        self.run_todo("add", "water the plants")
        self.run_todo("done", "1")
        self.assertEqual(self.run_todo("list"), (0, "[ ] 2 water the plants\n", ""))

    def test_list_all_shows_what_is_done_too(self):
        self.run_todo("add", "buy milk")
        self.run_todo("done", "1")
        self.assertEqual(self.run_todo("list", "--all"), (0, "[x] 1 buy milk\n", ""))

    def test_an_empty_list_prints_nothing(self):
        self.assertEqual(self.run_todo("list"), (0, "", ""))

    def test_done_complains_about_a_number_that_is_not_there(self):
        self.assertEqual(self.run_todo("done", "7"), (1, "", "todo: there is no todo number 7\n"))


if __name__ == "__main__":
    unittest.main()
