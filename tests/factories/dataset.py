from annotations.domain.dataset import create_dataset, create_dataset_version, freeze_dataset_version
from annotations.models import Dataset, DatasetVersion, Reader
from tests.factories.numbering import NUMBERS

from .reader import make_reader


def make_dataset(name: str | None = None, reader: Reader | None = None) -> Dataset:
    return create_dataset(
        name=name or f"dataset-{next(NUMBERS)}", reader=reader or make_reader("data_scientist")
    )


def make_dataset_version(
    dataset: Dataset | None = None,
    *,
    reader: Reader | None = None,
    frozen: bool = False,
    **filter_keys: object,
) -> DatasetVersion:
    """Make a draft over all submitted annotations, or what `filter_keys` ask for; `frozen` freezes it."""
    reader = reader or make_reader("data_scientist")
    version = create_dataset_version(
        dataset=dataset or make_dataset(reader=reader), filter=filter_keys, reader=reader
    )
    return freeze_dataset_version(version=version, reader=reader) if frozen else version
