"""A todo list for the command line."""

import argparse
import os
import sys
from pathlib import Path

from store import Store, StoreError, Todo


def line(todo: Todo) -> str:
    """A todo as people read it: `[x] 2 water the plants`."""
    return f"[{'x' if todo.done else ' '}] {todo.number} {todo.text}"


def add(store: Store, options: argparse.Namespace) -> None:
    print(line(store.add(options.text)))


def show(store: Store, options: argparse.Namespace) -> None:
    todos = [todo for todo in store.load() if options.all or not todo.done]
    for todo in todos:
        print(line(todo))


def complete(store: Store, options: argparse.Namespace) -> None:
    print(line(store.complete(options.number)))


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="todo", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("add", help="add a todo")
    command.add_argument("text")
    command.set_defaults(run=add)

    command = commands.add_parser("list", help="show what is to be done")
    command.add_argument("--all", action="store_true", help="show what is done, too")
    command.set_defaults(run=show)

    command = commands.add_parser("done", help="mark a todo as done")
    command.add_argument("number", type=int)
    command.set_defaults(run=complete)
    return top


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    store = Store(Path(os.environ.get("TODO_FILE", "todos.json")))
    try:
        options.run(store, options)
    except StoreError as error:
        print(f"todo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
