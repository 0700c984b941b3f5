"""What a header says of breast and view, and where it contradicts itself."""

from dataclasses import dataclass

from .facts import BREASTS, VIEW_OF_CODE, ImageFacts

# AnatomicRegionSequence (0008,2218).
BREAST_OF_REGION = {"73056007": "R", "80248007": "L"}


@dataclass(frozen=True)
class Said:
    """What the header says, "" for nothing, in how many places, and why it cannot simply be believed."""

    value: str
    doubts: tuple[str, ...] = ()
    places: int = 1


def said_laterality(facts: ImageFacts, *, is_of_both_breasts: bool) -> Said:
    """Collect every place where a header names the breast."""
    attributes = facts.attributes
    regions = [
        BREAST_OF_REGION.get(concept["code"], "") for concept in attributes.get("AnatomicRegionSequence", [])
    ]
    named = {
        "Image Laterality": attributes.get("ImageLaterality") or facts.laterality,
        "Laterality of the series": attributes.get("Laterality", ""),
        "the body region": regions[0] if len(set(regions)) == 1 else "",
    }
    named = {source: side for source, side in named.items() if side in BREASTS}
    if is_of_both_breasts:
        return Said("B" if len(set(named.values())) != 1 else next(iter(named.values())))
    if not named:
        return Said("", ("The header does not say which breast this is.",))
    first = next(iter(named.values()))
    if len(set(named.values())) > 1:
        listed = ", ".join(f"{source} says {BREASTS[side]}" for source, side in named.items())
        return Said(first, (f"The header contradicts itself: {listed}.",))
    if first == "B":
        return Said("", ("The header says that both breasts are in this image.",))
    # Without Image Laterality, what intake took for it is one of the other places once more.
    is_repeated = len(named) > 1 and not attributes.get("ImageLaterality")
    return Said(first, places=len(named) - is_repeated)


def said_view(facts: ImageFacts) -> Said:
    """Hold View Position against the code of the view."""
    codes = facts.attributes.get("ViewCodeSequence", [])
    coded = list(dict.fromkeys(VIEW_OF_CODE[code["code"]] for code in codes if code["code"] in VIEW_OF_CODE))
    if len(coded) > 1:
        return Said(facts.view, (f"The header names several views: {', '.join(coded)}.",))
    view = facts.view or (coded[0] if coded else "")
    if not view:
        return Said("", ("The header does not say which view this is.",))
    if coded and coded[0] != view:
        return Said(
            view, (f"The header contradicts itself: View Position says {view}, the view code {coded[0]}.",)
        )
    return Said(view)
