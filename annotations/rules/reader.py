"""What a role allows, whatever it is about."""

from annotations.enums import Role
from annotations.models import Reader

EXPERTS = (Role.ADJUDICATOR, Role.DATA_SCIENTIST)


def is_expert(reader: Reader) -> bool:
    return reader.role in EXPERTS


def can_take_in(reader: Reader) -> bool:
    return reader.role in (Role.ADMINISTRATOR, Role.DATA_SCIENTIST)


def can_manage_campaigns(reader: Reader) -> bool:
    """Only an administrator: whoever gives out exams knows which name is behind which pseudonym."""
    return reader.role == Role.ADMINISTRATOR


def can_work_on_campaigns(reader: Reader) -> bool:
    """Whoever has more to do with a campaign than to read its exams."""
    return reader.role != Role.READER


def can_manage_models(reader: Reader) -> bool:
    return reader.role in (Role.ADMINISTRATOR, Role.DATA_SCIENTIST)


def can_train(reader: Reader) -> bool:
    """Whoever may see a dataset version may have a network trained on it."""
    return can_manage_datasets(reader)


def can_manage_datasets(reader: Reader) -> bool:
    return reader.role == Role.DATA_SCIENTIST


def can_compare(reader: Reader) -> bool:
    return is_expert(reader)


def can_decide_corrections(reader: Reader) -> bool:
    return reader.role in (Role.READER, Role.ADJUDICATOR)
