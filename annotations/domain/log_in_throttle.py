"""A brake on guessing passwords: after a few wrong ones, each next attempt has to wait a little longer.

Counted for a name together with an address, so that a stranger elsewhere delays nobody; the longest wait is
a minute, so that nobody is locked out. The counts live in the cache: each process of the server has its own,
and a restart forgets them.
"""

import hashlib
import math
import unicodedata
from datetime import datetime

from django.core.cache import cache

from annotations.errors import LogInThrottledError

FREE_ATTEMPTS = 5
FIRST_DELAY_S = 2
LONGEST_DELAY_S = 60
FORGOTTEN_AFTER_S = 15 * 60


def begin_log_in(*, name: str, address: str, now: datetime) -> None:
    """Count an attempt before its password is looked at, so that many at once are counted, too."""
    key = _key(name, address)
    until_s = cache.get(f"{key}-until", 0.0)
    if (left_s := until_s - now.timestamp()) > 0:
        raise LogInThrottledError(
            f"Too many wrong passwords for this name. Wait {math.ceil(left_s)} s, then try again.",
            retry_after_s=math.ceil(left_s),
        )
    cache.add(key, 0, FORGOTTEN_AFTER_S)
    attempts = cache.incr(key)
    cache.touch(key, FORGOTTEN_AFTER_S)
    if attempts >= FREE_ATTEMPTS:
        delay_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(attempts - FREE_ATTEMPTS, 10))
        cache.set(f"{key}-until", now.timestamp() + delay_s, delay_s)


def end_log_in(*, name: str, address: str) -> None:
    """Forget the attempts: the password was right."""
    key = _key(name, address)
    cache.delete_many([key, f"{key}-until"])


def _key(name: str, address: str) -> str:
    """Hash both: a name may be long, or hold what no cache takes as a key."""
    known_as = unicodedata.normalize("NFKC", name).strip().casefold()
    digest = hashlib.sha256(f"{known_as}\0{address}".encode(errors="replace"))
    return f"log-in-{digest.hexdigest()}"
