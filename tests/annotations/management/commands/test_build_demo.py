from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from tests.factories.reader import make_reader


def test_log_ins_are_shown_with_the_password_of_this_installation(settings: Settings):
    settings.DEMO_PASSWORD = "tramline-12345678"
    output = StringIO()

    call_command("build_demo", "--show-logins", stdout=output)

    assert "tramline-12345678" in output.getvalue()
    assert "anna" in output.getvalue()


@pytest.mark.django_db
def test_refusal_is_told_in_plain_words(settings: Settings):
    settings.DEMO_PASSWORD = "tramline-12345678"
    make_reader(username="anna")

    with pytest.raises(CommandError, match="holds people whom the demo did not make"):
        call_command("build_demo")
