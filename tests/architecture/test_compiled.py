"""Compiled functions call compiled functions of their own file only: numba renews their code by file."""

import ast


def compiled_functions(tree):
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(mark, ast.Name) and mark.id == "compiled" for mark in node.decorator_list)
    ]


def imported_from_ml(tree):
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ml.")
        for alias in node.names
    }


def test_compiled_functions_call_nothing_compiled_elsewhere(repository):
    found, broken = 0, []
    for path in sorted((repository / "ml").rglob("*.py")):
        tree = ast.parse(path.read_text())
        foreign = imported_from_ml(tree)
        for function in compiled_functions(tree):
            found += 1
            broken += [
                f"{path.name}:{call.lineno} {function.name} calls {call.func.id}"
                for call in ast.walk(function)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in foreign
            ]

    assert found, "no compiled function was found: the check looks in the wrong place"
    assert broken == []


def test_every_compiled_function_is_kept_on_disk(repository):
    users = [
        path.name
        for path in sorted((repository / "ml").rglob("*.py"))
        if "numba" in path.read_text() and path.name != "compiled.py"
    ]

    assert users == [], "use ml.compiled.compiled, which keeps the machine code between runs"
