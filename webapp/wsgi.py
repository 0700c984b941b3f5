"""The web server's entry point."""

import os

from django.core.wsgi import get_wsgi_application

from webapp.embedded_postgres import ensure_database_url

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
ensure_database_url()
application = get_wsgi_application()
