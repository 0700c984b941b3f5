from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotations.enums import AssignmentState
from annotations.models import AgreementReport, Assignment, AuditEntry, Consensus, Reader
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_a_campaign_is_read_compared_and_told_with_the_truth_beside_it() -> None:
    output = StringIO()

    call_command("simulate_campaign", "--exams", "4", "--read-by", "3", stdout=output)

    assert Reader.objects.count() == 7
    assert Assignment.objects.filter(state=AssignmentState.SUBMITTED).count() == 12
    assert AuditEntry.objects.filter(act="submit_annotation").count() == 12
    assert AgreementReport.objects.count() == 1
    assert Consensus.objects.exists()
    lines = output.getvalue().splitlines()
    table = [line for line in lines if line.startswith("reader-")]
    assert len(table) == 14
    assert all(line.endswith(("yes", "no")) for line in table)
    assert "of 14 intervals hold the truth" in lines[-1]


def test_it_keeps_away_from_a_database_with_people() -> None:
    make_reader(username="anna")

    with pytest.raises(CommandError, match="holds people"):
        call_command("simulate_campaign")


@pytest.mark.parametrize("arguments", [["--exams", "1"], ["--read-by", "2"], ["--seed", "-1"]])
def test_what_cannot_be_simulated_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="2 exams or more"):
        call_command("simulate_campaign", *arguments)
