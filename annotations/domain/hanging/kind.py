"""What is special about a view: spot, magnified, implant displaced and the like, in words."""

from dataclasses import dataclass

from .facts import ImageFacts

# A contact view magnifies by 1.06 to 1.09.
MAGNIFIED_FROM = 1.2
MAGNIFICATION = "399163009"
IMPLANT_DISPLACED = "399209000"
CLEAVAGE = "399161006"
# View Modifier Code Sequence (0054,0222), PS3.16 CID 4015.
WORDS_OF_MODIFIER = {
    CLEAVAGE: "cleavage",
    "399011000": "axillary tail",
    "399197002": "rolled laterally",
    "399226006": "rolled medially",
    "415670009": "rolled upwards",
    "414493004": "rolled downwards",
    IMPLANT_DISPLACED: "implant displaced",
    MAGNIFICATION: "magnified",
    "399055006": "spot compression",
    "399110001": "tangential",
    "441752004": "anterior compression",
    "442593008": "fold under the breast",
    "442580003": "axillary tissue",
    "442581004": "nipple in profile",
}
# These may still stand for the usual view of a breast in its place among the four.
STILL_USUAL = {"implant displaced", "nipple in profile", "anterior compression", "implant in view"}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is special about a view.

    `shows_chest_wall` is False for fields so small, or so special, that the edge the tissue lies against
    says nothing about the chest wall.
    """

    words: tuple[str, ...]
    is_usual: bool
    shows_chest_wall: bool
    is_of_both_breasts: bool
    length_note: str


def kind_of(facts: ImageFacts) -> Kind:
    """Read the modifiers of the view, the magnification and the implant out of a header."""
    attributes = facts.attributes
    codes = {concept["code"] for concept in attributes.get("ViewModifierCodeSequence", [])}
    words = [word for code, word in WORDS_OF_MODIFIER.items() if code in codes and code != MAGNIFICATION]
    factor = attributes.get("EstimatedRadiographicMagnificationFactor")
    is_known = factor is not None and factor >= MAGNIFIED_FROM
    if is_known:
        words.append(f"magnified {factor:g} times")
    elif MAGNIFICATION in codes:
        words.append("magnified, by how much is not known")
    if attributes.get("PartialView") == "YES":
        words.append("part of the breast")
    if attributes.get("BreastImplantPresent") == "YES" and IMPLANT_DISPLACED not in codes:
        words.append("implant in view")
    is_usual = set(words) <= STILL_USUAL
    return Kind(
        words=tuple(words),
        is_usual=is_usual,
        shows_chest_wall=is_usual or set(words) <= {*STILL_USUAL, *_ROLLED, "part of the breast"},
        is_of_both_breasts=CLEAVAGE in codes,
        length_note=_length_note(is_magnified=is_known or MAGNIFICATION in codes, is_known=is_known),
    )


_ROLLED = {word for word in WORDS_OF_MODIFIER.values() if word.startswith("rolled")}


def _length_note(*, is_magnified: bool, is_known: bool) -> str:
    if not is_magnified:
        return ""
    if is_known:
        return "Lengths in mm are those in the breast, with the magnification taken off."
    return "Lengths in mm are those on the detector, larger than in the breast."
