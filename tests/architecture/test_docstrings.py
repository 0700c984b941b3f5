"""Every exported function of the label engine says what goes in, what comes out and how it refuses."""

import ast
import re

import pytest

SECTION = re.compile(r"^\s*(\w[\w ]*)\n\s*-{3,}\s*$", re.MULTILINE)


PACKAGES = (
    "masks",
    "metrics",
    "physics",
    "breast",
    "normalise",
    "correction",
    "quantify",
    "phantom",
    "study",
)
# Imported by the name of the module, because they need libraries that a page does not; so is all of study.
NAMED_MODULES = ("agreement", "quantities", "roc", "classification", "consensus", "resampling", "calibration")


def exported_names(package):
    for node in ast.parse((package / "__init__.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def is_overload(node):
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)


def engine_functions(repository):
    """Give every function and method without an underscore, and whether it is exported."""
    for package in (repository / "ml" / name for name in PACKAGES):
        exported = exported_names(package)
        for path in sorted(package.rglob("*.py")):
            for node in ast.parse(path.read_text()).body:
                is_named = path.stem in NAMED_MODULES or package.name == "study"
                is_exported = getattr(node, "name", "") in exported or is_named
                functions = node.body if isinstance(node, ast.ClassDef) else [node]
                for function in functions:
                    if not isinstance(function, ast.FunctionDef) or is_overload(function):
                        continue
                    if not function.name.startswith("_"):
                        yield f"{path.relative_to(repository)}::{function.name}", function, is_exported


def parameters_of(node):
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [argument.arg for argument in arguments if argument.arg not in ("self", "cls")]


def complaints(node):
    text = ast.get_docstring(node) or ""
    if not text:
        return ["no docstring"]
    sections = set(SECTION.findall(text))
    found = []
    missing = [
        name
        for name in parameters_of(node)
        if not re.search(rf"^[\w, ]*\b{name}\b[\w, ]* : ", text, re.MULTILINE)
    ]
    if missing:
        found.append(f"says nothing of {', '.join(missing)}")
    is_property = any(isinstance(mark, ast.Name) and mark.id == "property" for mark in node.decorator_list)
    gives_back = node.returns is not None and ast.unparse(node.returns) not in ("None", "NoReturn")
    if gives_back and not is_property and not sections & {"Returns", "Yields"}:
        found.append("does not say what it returns")
    raises = {
        ast.unparse(inner.exc.func)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Call)
    }
    unsaid = sorted(name for name in raises if name.endswith("Error") and name not in text)
    if unsaid:
        found.append(f"does not say that it raises {', '.join(unsaid)}")
    return found


def test_every_exported_function_of_the_label_engine_is_documented_in_full(repository):
    functions = [(name, node) for name, node, is_exported in engine_functions(repository) if is_exported]
    broken = [f"{name}: {complaint}" for name, node in functions for complaint in complaints(node)]

    assert len(functions) > 100, "fewer than the label engine exports: the check looks in the wrong place"
    assert not broken, "\n".join(broken)


def test_every_other_public_function_of_the_label_engine_has_a_docstring(repository):
    silent = [name for name, node, _ in engine_functions(repository) if not ast.get_docstring(node)]

    assert silent == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("def f(a: int) -> int:\n    return a", "no docstring"),
        (
            'def f(a: int) -> int:\n    """Return a.\n\n    Returns\n    -------\n    int\n    """',
            "says nothing of a",
        ),
        ('def f() -> int:\n    """Return one."""', "does not say what it returns"),
        (
            'def f() -> None:\n    """Refuse."""\n    raise MaskCodecError("no")',
            "does not say that it raises MaskCodecError",
        ),
    ],
)
def test_the_check_finds_what_is_missing(source, complaint):
    assert complaints(ast.parse(source).body[0]) == [complaint]
