"""Files and functions stay small. Raising a limit is an edit of this file that everybody sees."""

import ast
from pathlib import Path

import pytest

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
FOLDERS = ["webapp", "annotations", "ml", "static", "templates", "tests", "benchmarks", "docs"]
SUFFIXES = {".py", ".js", ".css", ".html"}
NOT_OURS = {"__pycache__", "node_modules", "build"}


def _sources(repository: Path) -> list[Path]:
    files = [
        path for folder in FOLDERS for path in (repository / folder).rglob("*") if path.suffix in SUFFIXES
    ]
    return [path for path in files if NOT_OURS.isdisjoint(path.parts)]


def _function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring: long contracts are welcome."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_the_budget(repository: Path) -> None:
    too_long = {
        str(path.relative_to(repository)): count
        for path in _sources(repository)
        if (count := len(path.read_text().splitlines())) > MAX_FILE_LINES
    }

    assert too_long == {}


def test_no_function_is_longer_than_the_budget(repository: Path) -> None:
    too_long = {}
    for path in _sources(repository):
        if path.suffix != ".py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and _function_lines(node) > MAX_FUNCTION_LINES
            ):
                too_long[f"{path.relative_to(repository)}:{node.name}"] = _function_lines(node)

    assert too_long == {}


@pytest.mark.parametrize("name", ["utils", "helpers", "services", "common", "misc"])
def test_no_module_has_a_name_that_says_nothing(repository: Path, name: str) -> None:
    assert [str(path) for path in _sources(repository) if path.stem == name] == []
