"""`manage.py ingest PATH...`: take in DICOM files, folders, zips, and PNG or TIFF with their table."""

import json
import time
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from annotations.domain.ingest import IngestOutcome, Outcome, ingest_paths
from annotations.validators.sidecar import TEMPLATE


class Command(BaseCommand):
    help = "Take mammograms in. One line a file: stored, duplicate, or refused with the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file, folder or zip")
        parser.add_argument("--json", action="store_true", help="one JSON object a line and file")
        parser.add_argument(
            "--template", action="store_true", help="print the table that PNG and TIFF files need beside them"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(TEMPLATE, ending="")
            return
        if not options["paths"]:
            self.stderr.write(
                "Name at least one file, folder or zip; --template shows the table for pictures."
            )
            raise SystemExit(2)
        started = time.monotonic()
        counts: Counter[str] = Counter()
        for outcome in ingest_paths(options["paths"]):
            counts[outcome.outcome] += 1
            self._tell(outcome, counts.total(), as_json=options["json"])
        if not options["json"]:
            self._sum_up(counts, time.monotonic() - started)
        if not counts[Outcome.STORED] + counts[Outcome.DUPLICATE]:
            raise SystemExit(1)

    def _tell(self, outcome: IngestOutcome, number: int, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(outcome)))
        else:
            reason = f" ({outcome.reason}) {outcome.message}" if outcome.reason else ""
            self.stdout.write(f"{number:6}  {outcome.outcome:9}  {outcome.path}{reason}")
        self.stdout.flush()

    def _sum_up(self, counts: Counter[str], seconds: float) -> None:
        parts = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
        self.stdout.write(f"{counts.total()} files in {seconds:.1f} s: {parts}.")
