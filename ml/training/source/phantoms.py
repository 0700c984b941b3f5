"""Phantoms as training images, made anew from their seeds whenever they are read."""

from typing import Literal

from ml.phantom import PHANTOM_VERSION, expert_mask
from ml.training.config import PhantomSets
from ml.training.phantom_data import has_bac, has_microcalcifications, phantom_of_set
from ml.training.source.example import Example, Listing


class PhantomSource:
    """The three sets of phantoms that a recipe asks for; each phantom is a patient of its own.

    Parameters
    ----------
    sets : PhantomSets
        How many of which kind.
    form : {"presentation", "processing"}
        Which of the two images of a phantom is used.
    """

    is_synthetic = True

    def __init__(
        self, sets: PhantomSets, form: Literal["presentation", "processing"] = "presentation"
    ) -> None:
        self._sets, self._form = sets, form
        counts = {"train": sets.train, "validation": sets.validation, "test": sets.test}
        self._numbers = {
            f"phantom-{name}-{k}": (name, k) for name, count in counts.items() for k in range(count)
        }
        self.listings = tuple(
            Listing(
                image_id=image_id,
                patient_id=image_id,
                age_years=None,
                split=name,
                present=_present(sets, name, k),
                answers={"bac_present": "yes" if has_bac(sets, name, k) else "no"},
            )
            for image_id, (name, k) in self._numbers.items()
        )

    @property
    def version(self) -> str:
        """The program that drew them, and how many."""
        return f"phantoms of version {PHANTOM_VERSION}, {len(self.listings)} in all"

    def read(self, listing: Listing) -> Example:
        """Draw the phantom; an expert marks its arteries, and every other speck that shows is marked."""
        phantom = phantom_of_set(self._sets, *self._numbers[listing.image_id])
        is_raw = self._form == "processing"
        return Example(
            image_id=listing.image_id,
            patient_id=listing.patient_id,
            age_years=None,
            pixels=phantom.raw if is_raw else phantom.presentation,
            acquisition=phantom.acquisition if is_raw else phantom.presentation_acquisition,
            masks={"bac": expert_mask(phantom), "microcalcification": phantom.microcalcifications},
            questions={"bac_present": "yes" if phantom.bac_lines else "no"},
        )


def _present(sets: PhantomSets, name: str, index: int) -> dict[str, bool]:
    """Say what is on a phantom without drawing it: microcalcifications only where the recipe plants them."""
    bac = {"bac": has_bac(sets, name, index)}
    if sets.microcalcification_share is None:
        return bac
    return bac | {"microcalcification": has_microcalcifications(sets, name, index)}
