"""The training recipes that ship, as texts: nothing here loads torch."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

SUFFIX = ".yaml"


@dataclass(frozen=True)
class ShippedRecipe:
    """A recipe that trains on a dataset version; `text` has a comment on every line."""

    name: str
    text: str
    content: dict[str, Any]

    @property
    def about(self) -> str:
        """What it is for: the first line of its file."""
        return self.text.splitlines()[0].lstrip("# ")

    @property
    def label(self) -> str:
        return str(self.content.get("label", "microcalcification"))

    @property
    def epochs(self) -> int:
        return int(self.content["optimisation"]["epochs"])

    @property
    def learns_marks(self) -> bool:
        """Whether it learns from masks, in the parts that the dataset version has."""
        return self.content["recipe"] == "segment" and self.content["split"]["how"] == "as-frozen"

    def with_choices(self, *, seed: int, version: str) -> str:
        """Give its text with another seed and version, its comments as they were."""
        text = _replaced(self.text, "seed", str(seed))
        return _replaced(text, "version", f'"{version}"')


@cache
def shipped_recipes() -> dict[str, ShippedRecipe]:
    """Give the recipes that train on a dataset version, by name; one that draws its own images is none."""
    folder = files("ml") / "training" / "recipes"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(SUFFIX):
            text = file.read_text(encoding="utf-8")
            content = yaml.safe_load(text)
            if "recipe" in content:
                name = file.name.removesuffix(SUFFIX)
                found[name] = ShippedRecipe(name, text, content)
    return found


def _replaced(text: str, field: str, value: str) -> str:
    return re.sub(rf'^{field}: *("[^"]*"|[^ #\n]+)', f"{field}: {value}", text, count=1, flags=re.MULTILINE)
