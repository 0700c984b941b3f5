"""`python -m ml`: the label engine and the networks without the web app."""

import sys

from ml.cli import main

sys.exit(main())
