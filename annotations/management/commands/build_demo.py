"""`manage.py build_demo`: demo people, exams, readings and a dataset; does nothing where they exist."""

import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotations.domain.demo import PEOPLE, build_demo
from annotations.errors import TramlineError


class Command(BaseCommand):
    help = "Build the demo's data, or show its log-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--show-logins", action="store_true", help="print the log-ins and do nothing else"
        )

    def handle(self, *_args: object, **options: bool) -> None:
        if options["show_logins"]:
            self._show_logins()
            return
        began = time.monotonic()
        try:
            build_demo(lambda line: self._say(line, began=began))
        except TramlineError as error:
            raise CommandError(error.message) from error

    def _say(self, line: str, *, began: float) -> None:
        self.stdout.write(f"      {time.monotonic() - began:3.0f} s  {line}")
        self.stdout.flush()

    def _show_logins(self) -> None:
        self.stdout.write(f"Log-ins (password of all: {settings.DEMO_PASSWORD})")
        for username, role in PEOPLE.items():
            self.stdout.write(f"  {username:8} {role.label}")
