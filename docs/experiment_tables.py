"""Put the tables of the label-correction experiment into its page.

python -m ml experiment label-correction --out DIR
python -m docs.experiment_tables DIR/label_correction.json
"""

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml.experiments.label_layout import as_markdown, tables_of

DOCS = Path(__file__).resolve().parent
PAGE, RESULT = DOCS / "label_correction.md", DOCS / "label_correction.json"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def with_tables(page: str, result: Mapping[str, Any]) -> str:
    """Return the page with the tables of a result between the markers."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not after:
        raise SystemExit(f"{PAGE} has no {BEGIN} ... {END} to put tables into.")
    return before + "\n\n".join([BEGIN, _settings(result), *map(as_markdown, tables_of(result)), END]) + after


def _settings(result: Mapping[str, Any]) -> str:
    settings = result["settings"]
    return (
        f"{settings['phantoms']} phantoms, {settings['phantoms_without_bac']} of them without BAC; seeds "
        f"from {settings['seed']}; pixels of {settings['pixel_spacing_mm']:g} mm; phantom version "
        f"{settings['phantom_version']}, correction version {settings['correction_version']}."
    )


def main() -> int:
    given = Path(sys.argv[1])
    result = json.loads(given.read_text())
    PAGE.write_text(with_tables(PAGE.read_text(), result))
    if given.resolve() != RESULT:
        shutil.copyfile(given, RESULT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
