"""`manage.py build_demo`: demo people, exams, readings and a dataset; does nothing where they exist."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from annotations.domain.demo import PASSWORD, PEOPLE, build_demo, is_demo_complete


class Command(BaseCommand):
    help = "Build the demo's data, or show its log-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--show-logins", action="store_true", help="print the log-ins and do nothing else"
        )

    def handle(self, *_args: object, **options: bool) -> None:
        if options["show_logins"]:
            self._show_logins()
        elif is_demo_complete():
            self.stdout.write("      there already; nothing to do")
        else:
            build_demo(lambda line: self.stdout.write(f"      {line}"))

    def _show_logins(self) -> None:
        self.stdout.write(f"Log-ins (password of all: {PASSWORD})")
        for username, role in PEOPLE.items():
            self.stdout.write(f"  {username:8} {role.label}")
