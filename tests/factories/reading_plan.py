"""A campaign with many exams and readers, made quickly: rows without images where none are looked at."""

import itertools
from collections.abc import Sequence

from django.contrib.auth.models import User

from annotations.domain.give_out import GivenOut, give_out
from annotations.domain.plan_request import PlanRequest
from annotations.models import Campaign, Patient, Reader, Study
from tests.factories.numbering import NUMBERS


def make_readers(count: int, role: str = "reader") -> list[Reader]:
    numbers = list(itertools.islice(NUMBERS, count))
    users = User.objects.bulk_create([User(username=f"planned-{number}") for number in numbers])
    return Reader.objects.bulk_create(
        [
            Reader(user=user, role=role, pseudonym=f"P{number:05}")
            for user, number in zip(users, numbers, strict=True)
        ]
    )


def make_studies(count: int) -> list[Study]:
    numbers = list(itertools.islice(NUMBERS, count))
    patients = Patient.objects.bulk_create([Patient(code=f"PL-{number:06}") for number in numbers])
    return Study.objects.bulk_create(
        [
            Study(patient=patient, study_instance_uid=f"1.2.3.{number}")
            for patient, number in zip(patients, numbers, strict=True)
        ]
    )


def give_out_exams(
    campaign: Campaign, studies: Sequence[Study], readers: Sequence[Reader], *, seed: int = 1, **asked: object
) -> GivenOut:
    """Give exams out by a plan with these parameters."""
    return give_out(
        campaign=campaign,
        request=PlanRequest(**asked),  # type: ignore[arg-type]
        studies=[study.id for study in studies],
        readers=readers,
        seed=seed,
        actor=None,
    )
