"""`manage.py import_model FILE`: weights come in. Prints the digest by which they are known from now on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.domain.model_state import activate_model
from annotations.domain.model_version import import_model
from annotations.enums import ModelState
from annotations.errors import TramlineError


class Command(BaseCommand):
    help = "Register a weights file: a published SCU-Net checkpoint (.pt) or Tramline's own safetensors."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Every Django command has a --version of its own, Django's; here it is the model's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", help="instead of the name in the file's model card")
        parser.add_argument("--version", help="instead of the version in the model card")
        parser.add_argument(
            "--output",
            choices=["logit", "probability"],
            help="how the raw output is read; needed for a checkpoint that is not a known published one",
        )
        parser.add_argument("--cutoff", type=float, help="probability from which a pixel is proposed, 0 to 1")
        parser.add_argument(
            "--activate", metavar="REASON", help="put it to use at once, in place of the one in use; say why"
        )

    def handle(self, **options: Any) -> None:
        try:
            registration = import_model(
                path=options["file"],
                name=options["name"],
                version=options["version"],
                output=options["output"],
                cutoff=options["cutoff"],
            )
            model = registration.model_version
            if options["activate"] is not None:
                model = activate_model(model_version=model, actor=None, reason=options["activate"])
        except TramlineError as error:
            raise CommandError(f"{error.message} [{error.code}]") from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        state = "Registered" if registration.is_new else "Already registered"
        self.stdout.write(f"{state}: {model}, cut-off {model.cutoff:g}, weights {model.weights_sha256}")
        if model.state == ModelState.CANDIDATE:
            self.stdout.write(
                "It is a candidate: activate it on the page Models, or here with --activate REASON."
            )
