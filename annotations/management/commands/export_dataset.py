"""`manage.py export_dataset NAME@VERSION DIR`: a frozen dataset version as files in a new folder."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotations.domain.dataset import find_dataset_version
from annotations.domain.dataset_export import ExportFile, export_dataset_version
from annotations.errors import TramlineError
from annotations.models import DatasetVersion

REFERENCE_PATTERN = re.compile(r"([^@]+)@([0-9]{1,9})")
FILES_PER_LINE = 100


class Command(BaseCommand):
    help = "Write a frozen dataset version into a new folder: images, masks, COCO, manifest and checksums."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", metavar="NAME@VERSION")
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet")

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            version = _find(options["reference"])
            self._count, self._bytes = 0, 0
            self.stdout.write(f"Exporting {version} ({version.items.count()} items) to {folder}")
            export_dataset_version(version=version, folder=folder, on_file=self._say)
        except TramlineError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(
            f"Done: {self._count} files, {self._bytes:,} bytes. Check: cd {folder} && sha256sum -c SHA256SUMS"
        )

    def _say(self, file: ExportFile) -> None:
        self._count += 1
        self._bytes += len(file.content)
        if self._count % FILES_PER_LINE == 0:
            self.stdout.write(f"  {self._count} files, {self._bytes:,} bytes, now {file.path}")


def _find(reference: str) -> DatasetVersion:
    match = REFERENCE_PATTERN.fullmatch(reference)
    if match is None:
        raise CommandError(f"{reference} names no dataset version. Write NAME@VERSION: bac@1, for example.")
    return find_dataset_version(name=match[1], number=int(match[2]))
