"""The rules have one door: whoever looks for who may see what finds all of it in one list."""

import re

from tests.conftest import REPOSITORY

INSIDE = re.compile(r"annotations\.rules\.\w|from annotations\.rules import _")


def test_the_files_of_the_rules_are_imported_by_each_other_alone():
    own = REPOSITORY / "annotations" / "rules"
    callers = [
        path
        for folder in ("annotations", "webapp", "tests", "benchmarks")
        for path in (REPOSITORY / folder).rglob("*.py")
        if own not in path.parents and path.name != "test_rules.py"
    ]
    assert len(callers) > 100

    assert [path.name for path in callers if INSIDE.search(path.read_text())] == []
