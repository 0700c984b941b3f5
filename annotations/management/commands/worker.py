"""`manage.py worker [--queue NAME ...]`: do what is queued, one job at a time, until stopped."""

import os
import platform
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
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
    TRAINING_QUEUE,
)
from annotations.ml_gateway.warm_up import warm_label_engine

# A stopped worker lets a short job end; a model is then interrupted after its tile and starts again later.
GRACE_S = 3.0
SHORT_WORK = (CORRECTION_QUEUE, MAP_QUEUE, CAMPAIGN_QUEUE, NOTICE_QUEUE)
# By what a machine is good for. Readers wait for a model, nobody for a training: it has a worker of its own.
QUEUES = {
    "inference": (INFERENCE_QUEUE,),
    "training": (TRAINING_QUEUE,),
    "gpu": (INFERENCE_QUEUE, TRAINING_QUEUE),
    "cpu": SHORT_WORK,
}
BY_DEFAULT = ("inference", "cpu")


class Command(BaseCommand):
    help = "Run models, label corrections and trainings, one job at a time, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drain", action="store_true", help="do what is queued now, then stop")
        parser.add_argument(
            "--queue",
            action="append",
            choices=sorted(QUEUES),
            help="what to do; may be given more than once. By default inference and cpu: all but training",
        )

    def handle(self, *_args: Any, drain: bool, queue: Sequence[str] | None, **_options: Any) -> None:
        queues = [name for choice in queue or BY_DEFAULT for name in QUEUES[choice]]
        self._warm_up(queues)
        self.stdout.write("The worker is ready.")
        self.stdout.flush()
        # The queue's own asynchronous connection; jobs.py and the ORM keep using Django's.
        with app.replace_connector(DjangoConnector().get_worker_connector()):
            app.run_worker(
                name=f"{platform.node()}-{os.getpid()}",
                queues=[*dict.fromkeys(queues), SWEEP_QUEUE],
                concurrency=1,
                wait=not drain,
                shutdown_graceful_timeout=GRACE_S,
                delete_jobs="successful",
            )

    def _warm_up(self, queues: Sequence[str]) -> None:
        """Load what the jobs will need, so that no person waits for it."""
        if CORRECTION_QUEUE in queues:
            warm_label_engine()
        if INFERENCE_QUEUE not in queues:
            return
        try:
            load_active_models()
        except WorkerUnfitError as error:
            raise CommandError(f"This worker takes no work. {error.message}") from error
