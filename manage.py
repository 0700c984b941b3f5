#!/usr/bin/env python
"""Tramline's command line: starts the embedded database where none is configured, then runs the command."""

import os
import sys

from django.core.management import execute_from_command_line

from webapp.embedded_postgres import ensure_database_url

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    ensure_database_url()
    execute_from_command_line(sys.argv)
