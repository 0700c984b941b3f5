"""`manage.py simulate_campaign`: seven simulated readers read; their errors, true and estimated."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from annotations.domain.campaign_simulation import SimulatedRate, simulate_campaign
from annotations.errors import TramlineError

LINE = "{:10} {:16} {:>6} {:>9}  {:16} {}"


class Command(BaseCommand):
    help = "Let simulated readers with known errors read a campaign in an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--exams", type=int, default=200, help="synthetic exams of one image")
        parser.add_argument("--read-by", type=int, default=7, help="readers of each exam, 3 to 7")
        parser.add_argument("--seed", type=int, default=0, help="of exams, plan and readings")

    def handle(self, *_args: object, exams: int, read_by: int, seed: int, **_options: object) -> None:
        if exams < 2 or not 3 <= read_by <= 7 or seed < 0:
            raise CommandError("Give 2 exams or more, each read by 3 to 7, and a seed of 0 or more.")
        try:
            rates = simulate_campaign(
                exams=exams, read_by=read_by, seed=seed, say=lambda line: self.stdout.write(f"      {line}")
            )
        except TramlineError as error:
            raise CommandError(error.message) from error
        self._show(rates)

    def _show(self, rates: list[SimulatedRate]) -> None:
        self.stdout.write(LINE.format("reader", "rate", "truth", "estimate", "95 % interval", "covered"))
        for rate in rates:
            estimate = "-" if rate.estimate is None else f"{rate.estimate:.3f}"
            interval = "-" if rate.interval is None else "{:.3f} to {:.3f}".format(*rate.interval)
            covered = "yes" if rate.is_covered else "no"
            self.stdout.write(
                LINE.format(rate.reader, rate.rate, f"{rate.truth:.3f}", estimate, interval, covered)
            )
        covered_count = sum(rate.is_covered for rate in rates)
        self.stdout.write(
            f"{covered_count} of {len(rates)} intervals hold the truth; 95 in 100 are meant to."
        )
