"""Label correction: propose which components of a mask the image does not bear out."""

from ml.correction.audit import audit_rows
from ml.correction.parameters import (
    ALGORITHM_VERSION,
    DEFAULT_PARAMETERS,
    PUBLISHED_PARAMETERS,
    CorrectionParameters,
    parameters_sha256,
)
from ml.correction.propose import propose_removals, warm_up
from ml.correction.report import ComponentProposal, CorrectionReport

__all__ = [
    "ALGORITHM_VERSION",
    "DEFAULT_PARAMETERS",
    "PUBLISHED_PARAMETERS",
    "ComponentProposal",
    "CorrectionParameters",
    "CorrectionReport",
    "audit_rows",
    "parameters_sha256",
    "propose_removals",
    "warm_up",
]
