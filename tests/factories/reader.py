from annotations.domain.reader import create_reader
from annotations.enums import Role
from annotations.models import Reader
from tests.factories.numbering import NUMBERS

PASSWORD = "a long password of tests"


def make_reader(role: str = "reader", username: str | None = None) -> Reader:
    """Make a person with a role; every one can log in with PASSWORD."""
    return create_reader(username=username or f"{role}-{next(NUMBERS)}", password=PASSWORD, role=Role(role))
