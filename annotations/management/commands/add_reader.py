"""`manage.py add_reader NAME --role ROLE`: an account with a role; the password is asked for or piped in."""

import getpass
import sys
from argparse import ArgumentParser

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from annotations.domain.reader import create_reader
from annotations.enums import Role
from annotations.errors import TramlineError


class Command(BaseCommand):
    help = "Add a person: reader, adjudicator, data_scientist or administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=Role.values, required=True)

    def handle(self, *_args: object, **options: str) -> None:
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
            reader = create_reader(
                username=options["username"], password=password, role=Role(options["role"])
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except TramlineError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"{options['username']} can log in; everybody else sees the pseudonym {reader.pseudonym}."
        )
