"""Configurations: YAML files whose every field is checked against a frozen record."""

import hashlib
import math
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin

import yaml

from ml.errors import RecipeRefusedError

Record = TypeVar("Record")
_NEEDS = {str: "text", float: "a number of 0 or more", int: "a whole number above 0"}


def read_config(path: Path | str) -> tuple[Any, str]:
    """Read a YAML file.

    Parameters
    ----------
    path : Path or str
        The file.

    Returns
    -------
    content : object
        What YAML makes of it.
    sha256 : str
        Digest of its bytes, for the model card.

    Raises
    ------
    RecipeRefusedError
        Where it cannot be read.
    """
    try:
        raw = Path(path).read_bytes()
        return yaml.safe_load(raw.decode("utf-8")), hashlib.sha256(raw).hexdigest()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeRefusedError(f"The recipe {path} cannot be read: {error}.") from None


def build_record(kind: type[Record], content: Any, where: str = "the recipe") -> Record:
    """Make a record of what a file says.

    Parameters
    ----------
    kind : type
        A dataclass of text, numbers, choices (`Literal`) and records. A field with a default may be left out.
    content : object
        A mapping with exactly its fields.
    where : str
        For the messages.

    Returns
    -------
    object of `kind`

    Raises
    ------
    RecipeRefusedError
        With a message that names the field.
    """
    if not isinstance(content, dict):
        raise RecipeRefusedError(f"{where} must be a mapping of names to values.")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    needed = {name for name, field in known.items() if field.default is MISSING}
    odd = sorted(str(name) for name in (set(content) - set(known)) | (needed - set(content)))
    if odd:
        raise RecipeRefusedError(f"{where} has fields missing or unknown: {', '.join(odd)}.")
    return kind(
        **{name: _checked(known[name].type, value, f"{where}: {name}") for name, value in content.items()}
    )


def _checked(kind: Any, value: Any, where: str) -> Any:
    if NoneType in get_args(kind):
        (kind,) = set(get_args(kind)) - {NoneType}
    if is_dataclass(kind) and isinstance(kind, type):
        return build_record(kind, value, where)
    if get_origin(kind) is Literal:
        if value in get_args(kind):
            return value
        raise RecipeRefusedError(f"{where} is {value!r}, but must be one of {', '.join(get_args(kind))}.")
    if kind is str and isinstance(value, str) and value:
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is float and is_number and math.isfinite(value) and value >= 0:
        return float(value)
    if kind is int and is_number and value == int(value) and value > 0:
        return int(value)
    raise RecipeRefusedError(f"{where} is {value!r}, but must be {_NEEDS[kind]}.")
