"""`python -m ml metrics`: how well one mask agrees with another."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from ml.cli.command import pixel_spacing, read_mask
from ml.metrics import DEFAULT_TOLERANCE_MM, DEFINITIONS, UNDEFINED_REASONS, compare_masks

UNIT_BY_ENDING = {"_mm": "mm", "_mm2": "mm²", "_px": "px"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("reference", type=Path, metavar="REFERENCE.png", help="grey PNG; 0 is outside")
    parser.add_argument("candidate", type=Path, metavar="CANDIDATE.png", help="the mask that is judged")
    parser.add_argument(
        "--pixel-spacing-mm",
        type=pixel_spacing,
        metavar="S[,S2]",
        help="height and width of a pixel; one number for both. Without it, lengths are in pixels",
    )
    tolerance = parser.add_mutually_exclusive_group()
    tolerance.add_argument(
        "--tolerance-mm",
        type=float,
        help=f"centre lines match within this distance; {DEFAULT_TOLERANCE_MM} by default",
    )
    tolerance.add_argument("--tolerance-px", type=float, help="the same in pixels; needs no spacing")
    parser.add_argument("--merge-tracks", action="store_true", help="join the two walls of a vessel first")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Compare two masks; every measure has its name of `ml.metrics`, null where it is not defined."""
    compared = compare_masks(
        read_mask(options.reference),
        read_mask(options.candidate),
        pixel_spacing_mm=options.pixel_spacing_mm,
        tolerance_mm=options.tolerance_mm,
        tolerance_px=options.tolerance_px,
        merge_tracks=options.merge_tracks,
    )
    return dataclasses.asdict(compared)


def as_text(answer: dict[str, Any]) -> str:
    """Lay the measures out as a table: name, value with unit, meaning."""
    definition = answer["definition"]
    rows = [f"{name:30} {_value(name, answer):>15}  {_meaning(name, answer)}" for name in DEFINITIONS]
    return "\n".join([*_basis(definition), "", *rows])


def _basis(definition: dict[str, Any]) -> list[str]:
    """Say what stands behind all numbers."""
    spacing = definition["pixel_spacing_mm"]
    tolerance = (
        f"{definition['tolerance_px']} px"
        if definition["tolerance_mm"] is None
        else f"{definition['tolerance_mm']} mm"
    )
    return [
        f"Definitions version {definition['version']}. Centre lines match within {tolerance}.",
        "The size of a pixel is not known: lengths are in pixels."
        if spacing is None
        else f"A pixel is {spacing[0]} x {spacing[1]} mm (height, width).",
        "The two walls of a vessel are joined before the centre lines are taken, and their spurs dropped."
        if definition["merge_tracks"]
        else "Masks are taken as they are; the two walls of a vessel are not joined.",
        *([f"Lengths: {definition['length_note']}."] if definition["length_note"] else []),
        f"Empty masks: {definition['empty_rule']}.",
    ]


def _value(name: str, answer: dict[str, Any]) -> str:
    value = answer[name]
    if value is None:
        return "-"
    unit = next((unit for ending, unit in UNIT_BY_ENDING.items() if name.endswith(ending)), "")
    return f"{value if isinstance(value, int) else format(value, '.4f')} {unit}".strip()


def _meaning(name: str, answer: dict[str, Any]) -> str:
    """Return the first sentence of what the measure is, or why it has no value."""
    reason = answer["undefined"].get(name)
    if reason is not None:
        return f"Not defined. {UNDEFINED_REASONS[reason]}"
    return DEFINITIONS[name].split(". ")[0].removesuffix(".") + "."
