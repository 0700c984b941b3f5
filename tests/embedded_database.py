"""pytest plugin, loaded before Django's settings: tests run on real PostgreSQL.

The one of DATABASE_URL, else the embedded one in a folder of its own, so that no test touches the demo.
"""

from webapp.embedded_postgres import REPOSITORY, ensure_database_url

ensure_database_url(REPOSITORY / "var" / "test-postgres")
