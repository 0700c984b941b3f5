"""Keyed pseudonyms: one person always gets one code, and nobody without the key can go back."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

SHORTEST_KEY_BYTES = 16
PATIENT_CODE_CHARACTERS = 10
# All days of one person are moved by the same secret number of days below this: a century.
LARGEST_SHIFT_DAYS = 36_525


@dataclass(frozen=True)
class Pseudonyms:
    """HMAC-SHA-256 of identifiers under one secret key; each kind of identifier has a space of its own."""

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) < SHORTEST_KEY_BYTES:
            raise ValueError(
                f"the pseudonym key has {len(self.key)} bytes; it needs {SHORTEST_KEY_BYTES} or more"
            )

    def patient_code(self, patient_id: str, issuer: str = "") -> str:
        """Return "P-" and ten characters, 50 bits: among 10,000 people two share a code once in 2e7."""
        digest = self._digest("patient", issuer.strip(), patient_id.strip())
        return "P-" + base64.b32encode(digest).decode()[:PATIENT_CODE_CHARACTERS]

    def uid(self, *identifiers: str) -> str:
        """Return a UID of the UUID form (PS3.5 B.2): 2.25 and 128 bits."""
        return f"2.25.{int.from_bytes(self._digest('uid', *identifiers)[:16], 'big')}"

    def shifted_day(self, day: str, patient_id: str, issuer: str = "") -> int | None:
        """Return a DICOM date (YYYYMMDD) as a number of days, moved by a secret amount of this person's own.

        The days between two exams of one person stay true (PS3.15, longitudinal information with modified
        dates); when either of them was, the number does not say. None where the date cannot be read.
        """
        if len(day) != len("YYYYMMDD") or not day.isdecimal():
            return None
        try:
            ordinal = date.fromisoformat(day).toordinal()
        except ValueError:
            return None
        digest = self._digest("day", issuer.strip(), patient_id.strip())
        return ordinal + int.from_bytes(digest[:8], "big") % LARGEST_SHIFT_DAYS

    def _digest(self, *parts: str) -> bytes:
        return hmac.new(self.key, "\0".join(parts).encode(), hashlib.sha256).digest()
