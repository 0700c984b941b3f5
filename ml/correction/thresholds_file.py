"""A set of parameters of the correction as a file: what a calibration writes and a correction reads."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ml.correction.parameters import ALGORITHM_VERSION, CorrectionParameters, parameters_sha256
from ml.errors import CorrectionParameterError, ParametersFileError

FORMAT = "tramline-thresholds-1"


def to_thresholds(parameters: CorrectionParameters, **remarks: Any) -> dict[str, Any]:
    """Write a set of parameters down with its name.

    Parameters
    ----------
    parameters : CorrectionParameters
        Any.
    **remarks
        JSON values that say where they come from; a reader of the file does not need them.

    Returns
    -------
    content : dict
        JSON values.
    """
    return {
        "format": FORMAT,
        "algorithm_version": ALGORITHM_VERSION,
        "parameters_sha256": parameters_sha256(parameters),
        "parameters": asdict(parameters),
        **remarks,
    }


def read_parameters(path: Path) -> CorrectionParameters:
    """Read a set of parameters back.

    Parameters
    ----------
    path : Path
        A file with what `to_thresholds` gave, as JSON.

    Returns
    -------
    parameters : CorrectionParameters

    Raises
    ------
    ParametersFileError
        With code `parameters_unreadable` if there is no such file or it is not JSON of this form,
        `parameters_unknown` if it gives a parameter that there is not, or a value that none can have,
        `parameters_outdated` if it was made for another version of the correction, `parameters_changed` if
        it was edited since.
    """
    content = _read(path)
    given, version = content["parameters"], content.get("algorithm_version")
    if version != ALGORITHM_VERSION:
        raise ParametersFileError(
            f"{path} was made for version {version} of the correction; this is version {ALGORITHM_VERSION}, "
            "which may measure differently. Calibrate again.",
            code="parameters_outdated",
        )
    unknown = sorted(set(given) ^ {field.name for field in fields(CorrectionParameters)})
    if unknown:
        raise ParametersFileError(
            f"{path} must give each parameter once and no others; wrong: {', '.join(unknown)}.",
            code="parameters_unknown",
        )
    try:
        parameters = CorrectionParameters(**given)
    except (CorrectionParameterError, TypeError) as error:
        raise ParametersFileError(f"{path}: {error}", code="parameters_unknown") from None
    if parameters_sha256(parameters) != content.get("parameters_sha256"):
        raise ParametersFileError(
            f"{path} was edited: its parameters are not those that its parameters_sha256 names. Give single "
            "limits as options instead.",
            code="parameters_changed",
        )
    return parameters


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise ParametersFileError(
            f"{path} cannot be read: {error.strerror}.", code="parameters_unreadable"
        ) from None
    except ValueError:
        raise ParametersFileError(f"{path} is not JSON.", code="parameters_unreadable") from None
    is_known = isinstance(content, dict) and content.get("format") == FORMAT
    if not is_known or not isinstance(content.get("parameters"), dict):
        raise ParametersFileError(
            f"{path} is not a file of thresholds; python -m ml calibrate writes them.",
            code="parameters_unreadable",
        )
    return content
