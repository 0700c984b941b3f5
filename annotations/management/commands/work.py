import os
import platform
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from annotations.domain.inference_run import load_active_models
from annotations.errors import WorkerUnfitError
from annotations.jobs import (
    CAMPAIGN_QUEUE,
    CORRECTION_QUEUE,
    INFERENCE_QUEUE,
    MAP_QUEUE,
    NOTICE_QUEUE,
    SWEEP_QUEUE,
)
from annotations.ml_gateway.warm_up import warm_label_engine

# A stopped worker lets a short job end; a model is then interrupted after its tile and starts again later.
GRACE_S = 3.0


class Command(BaseCommand):
    help = "Run models and label corrections for readers, one job at a time, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--drain", action="store_true", help="do what is queued now, then stop")

    def handle(self, *_args: Any, drain: bool, **_options: Any) -> None:
        warm_label_engine()
        try:
            load_active_models()
        except WorkerUnfitError as error:
            raise CommandError(f"This worker takes no work. {error.message}") from error
        self.stdout.write("The worker is ready.")
        self.stdout.flush()
        # The queue's own asynchronous connection; jobs.py and the ORM keep using Django's.
        with app.replace_connector(DjangoConnector().get_worker_connector()):
            app.run_worker(
                name=f"{platform.node()}-{os.getpid()}",
                queues=[
                    INFERENCE_QUEUE,
                    CORRECTION_QUEUE,
                    MAP_QUEUE,
                    CAMPAIGN_QUEUE,
                    NOTICE_QUEUE,
                    SWEEP_QUEUE,
                ],
                concurrency=1,
                wait=not drain,
                shutdown_graceful_timeout=GRACE_S,
                delete_jobs="successful",
            )
