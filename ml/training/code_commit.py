"""Which version of the code trained a network."""

import subprocess
from functools import cache
from pathlib import Path


@cache
def code_commit() -> str:
    """Return the commit of the checkout that runs, with "-dirty" where files differ; "" outside of one."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
