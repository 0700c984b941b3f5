"""`manage.py choose_engines`: measure once on a machine how its models run fastest; workers keep to it."""

from django.core.management.base import BaseCommand, CommandError

from annotations.domain.inference_run import choose_engines
from annotations.errors import TramlineError


class Command(BaseCommand):
    help = "Measure how the models in use run fastest on this machine (up to a minute each), and keep it."

    def handle(self, *_args: object, **_options: object) -> None:
        try:
            for model_version, engine in choose_engines():
                self.stdout.write(f"{model_version}: {engine}")
        except TramlineError as error:
            raise CommandError(error.message) from error
        self.stdout.write("Workers that start from now on use this.")
