"""The key under which a browser keeps what it has not sent yet: one for each person, stored nowhere."""

import hmac

from django.conf import settings

from annotations.models import Reader

PURPOSE = b"tramline journal, version 1, reader "


def journal_key(reader: Reader) -> bytes:
    """Return the 32 bytes of a reader's key: HKDF (RFC 5869) with SHA-256 of the installation's secret.

    It is the same at every log-in, so she can take up what she left, and nobody else's page ever gets it.
    """
    pseudorandom = hmac.digest(bytes(32), settings.JOURNAL_KEY, "sha256")
    return hmac.digest(pseudorandom, PURPOSE + reader.id.bytes + b"\x01", "sha256")
