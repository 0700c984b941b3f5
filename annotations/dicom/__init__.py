"""Header policy: which DICOM files are taken in, what of a header is kept, and pseudonyms for the rest."""

from .header import read_header
from .kept import keep_attributes
from .policy import Identifiers, check_header, read_identifiers
from .pseudonym import Pseudonyms

__all__ = ["Identifiers", "Pseudonyms", "check_header", "keep_attributes", "read_header", "read_identifiers"]
