"""Numbers for names that must differ, also between programs that write into one system."""

import itertools
import os

NUMBERS = itertools.count(os.getpid() * 10_000 + 1)
