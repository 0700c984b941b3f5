"""Rules that every table keeps."""

from django.apps import apps
from django.db import connection, models

from annotations.models import AppendOnlyRecord

MODELS = list(apps.get_app_config("annotations").get_models())


def _foreign_keys() -> list[models.ForeignKey]:
    return [
        field
        for model in MODELS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]


def test_every_foreign_key_names_its_way_back() -> None:
    unnamed = [str(field) for field in _foreign_keys() if not field.remote_field.related_name]

    assert unnamed == []


def test_nothing_scientific_is_deleted_by_cascade() -> None:
    cascading = [
        str(field) for field in _foreign_keys() if field.remote_field.on_delete is not models.PROTECT
    ]

    assert cascading == []


def test_every_model_says_what_one_row_is() -> None:
    silent = [
        model.__name__ for model in MODELS if not (model.__doc__ or "").strip() or "(" in model.__doc__[:20]
    ]

    assert silent == []


def test_written_once_tables_have_the_database_trigger(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_table FROM information_schema.triggers WHERE trigger_name = 'written_once'"
        )
        guarded = {row[0] for row in cursor.fetchall()}

    assert guarded == {model._meta.db_table for model in MODELS if issubclass(model, AppendOnlyRecord)}
