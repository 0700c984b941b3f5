"""What every page and the repository must and must not say."""

import re
from pathlib import Path

import pytest

SUFFIXES = {".py", ".js", ".css", ".html", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".svg", ""}
PATH_OF_ONE_MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")


def _tracked_text_files(repository: Path) -> list[Path]:
    skipped = {
        ".git",
        ".venv",
        "var",
        "node_modules",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".hypothesis",
    }
    return [
        path
        for path in repository.rglob("*")
        if path.is_file()
        and path.suffix in SUFFIXES
        and not skipped & set(path.relative_to(repository).parts)
    ]


def test_no_file_names_a_path_of_one_machine(repository: Path) -> None:
    found = [
        str(path.relative_to(repository))
        for path in _tracked_text_files(repository)
        if path != Path(__file__) and PATH_OF_ONE_MACHINE.search(path.read_text(errors="replace"))
    ]

    assert found == []


def test_every_relative_link_of_a_document_leads_somewhere(repository: Path) -> None:
    links = [
        (path, target)
        for path in _tracked_text_files(repository)
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#]+)", path.read_text())
        if "://" not in target
    ]

    broken = [f"{path.name}: {target}" for path, target in links if not (path.parent / target).exists()]
    assert len(links) > 10
    assert broken == []


@pytest.mark.parametrize("pattern", [r"<script(?![^>]*\bsrc=)", r"<style", r"\sstyle=", r"\son\w+="])
def test_no_template_has_inline_script_or_style(repository: Path, pattern: str) -> None:
    found = [
        path.name
        for path in (repository / "templates").rglob("*.html")
        if re.search(pattern, path.read_text())
    ]

    assert found == []


def test_every_page_says_research_use_only(repository: Path) -> None:
    whole_pages = [path for path in (repository / "templates").rglob("*.html") if "<html" in path.read_text()]

    assert repository / "templates" / "base.html" in whole_pages
    assert [path.name for path in whole_pages if "Research use only" not in path.read_text()] == []
