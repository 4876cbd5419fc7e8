"""Todos, and the file that keeps them."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


class StoreError(Exception):
    """What went wrong with the file or with a number, in one sentence for the user."""


@dataclass
class Todo:
    number: int
    text: str
    done: bool = False


class Store:
    """A list of todos in a JSON file. Numbers count up and are never given twice while their todo is listed."""

    def __init__(self, path: Path):
        self.path = path

    def load(self) -> list[Todo]:
        """All todos, in the order they were added; none where there is no file yet."""
        try:
            return [Todo(**item) for item in json.loads(self.path.read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError) as error:
            raise StoreError(f"{self.path} is not a list of todos: {error}") from error

    def add(self, text: str) -> Todo:
        todos = self.load()
        todo = Todo(number=max((one.number for one in todos), default=0) + 1, text=text)
        self._save([*todos, todo])
        return todo

    def complete(self, number: int) -> Todo:
        todos = self.load()
        for todo in todos:
            if todo.number == number:
                todo.done = True
                self._save(todos)
                return todo
        raise StoreError(f"there is no todo number {number}")

    def _save(self, todos: list[Todo]) -> None:
        """Writes a new file beside the old one and puts it in its place, so that none is ever half written."""
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps([asdict(todo) for todo in todos], indent=2) + "\n", encoding="utf-8")
        os.replace(new, self.path)
