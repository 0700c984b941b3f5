"""The database itself refuses to change or delete what is written once, and anything of a frozen version."""

from django.db import migrations

APPEND_ONLY_TABLES = [
    "annotations_annotationoperation",
    "annotations_annotationsnapshot",
    "annotations_correctioncomponent",
    "annotations_correctiondecision",
    "annotations_datasetitem",
    "annotations_auditentry",
]

CREATE_FUNCTIONS = """
CREATE FUNCTION tramline_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION tramline_refuse_frozen_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'frozen' THEN
        RAISE EXCEPTION 'a frozen dataset version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE FUNCTION tramline_refuse_frozen_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM annotations_datasetversion WHERE id = NEW.version_id) = 'frozen' THEN
        RAISE EXCEPTION 'a frozen dataset version takes no further item' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_frozen BEFORE UPDATE OR DELETE ON annotations_datasetversion
    FOR EACH ROW EXECUTE FUNCTION tramline_refuse_frozen_version();
CREATE TRIGGER refuse_frozen BEFORE INSERT ON annotations_datasetitem
    FOR EACH ROW EXECUTE FUNCTION tramline_refuse_frozen_item();
"""

DROP_FUNCTIONS = """
DROP FUNCTION tramline_refuse_change() CASCADE;
DROP FUNCTION tramline_refuse_frozen_version() CASCADE;
DROP FUNCTION tramline_refuse_frozen_item() CASCADE;
"""


def _create_trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION tramline_refuse_change();"
    )


class Migration(migrations.Migration):
    dependencies = [("annotations", "0001_initial")]

    operations = [
        migrations.RunSQL(
            CREATE_FUNCTIONS + "\n".join(_create_trigger(table) for table in APPEND_ONLY_TABLES), DROP_FUNCTIONS
        )
    ]
