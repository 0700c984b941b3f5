"""Whether the header of an image allows for a thickness in mm, and by which beam."""

from ml.errors import NormalisationRefusedError
from ml.physics import Beam, beam_of, carries_thickness
from ml.types import Acquisition


def checked_beam(acquisition: Acquisition) -> tuple[Beam, float]:
    """Return the beam and the compressed thickness, or refuse an image without them.

    Parameters
    ----------
    acquisition : Acquisition
        What the header says.

    Returns
    -------
    beam : Beam
        Without a guess.
    thickness_mm : float
        Of the compressed breast.

    Raises
    ------
    NormalisationRefusedError
        Codes ``not_raw``, ``beam_unknown`` and ``body_part_thickness_unknown``.
    """
    if not carries_thickness(acquisition):
        raise NormalisationRefusedError(
            "Thickness can be read only from an image for processing that is linear and was never compressed "
            f"with loss; this one is {acquisition.presentation_intent.lower() or 'of unknown intent'} "
            f"({_why_not_raw(acquisition)}).",
            code="not_raw",
        )
    beam = beam_of(acquisition)
    for code in ("beam_unknown", "body_part_thickness_unknown"):
        if code in beam.flags:
            raise NormalisationRefusedError(
                "Thickness of tissue needs anode, filter and compressed thickness from the header; "
                f"here they are {acquisition.anode or 'missing'}, {acquisition.filter_material or 'missing'} "
                f"and {acquisition.body_part_thickness_mm or 'missing'}.",
                code=code,
            )
    return beam, float(acquisition.body_part_thickness_mm or 0)


def _why_not_raw(acquisition: Acquisition) -> str:
    if acquisition.is_lossy:
        return "compressed with loss"
    if acquisition.presentation_intent == "FOR PROCESSING":
        return "on a logarithmic scale of unknown slope"
    return "processed"
