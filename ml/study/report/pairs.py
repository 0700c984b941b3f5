"""How well every two readers agree, each reader with the others, and all together."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from ml.metrics.readings import PAIR_MEASURES
from ml.study.intervals import (
    bland_altman_intervals,
    detection_f1_interval,
    fleiss_interval,
    icc_interval,
    kappa_interval,
    mean_interval,
)
from ml.study.report.figure import Figure

NEEDS_SPACING = ("dice_l_sym", "detection_f1")


def pair_figures(pairs: pd.DataFrame, section: str = "pair") -> Iterator[Figure]:
    """Describe how well every two readers agree on one label.

    Parameters
    ----------
    pairs : DataFrame
        One row for each image that both read: `first`, `second` (readers), `patient`, the fields of
        `ReadingPairCounts`, and the measures of `pair_scores` (NaN where not defined).
    section : str
        Part of the report that the figures belong to.

    Yields
    ------
    figure : Figure
        Readers and measure filled in; the label is the caller's.
    """
    for (first, second), rows in pairs.groupby(["first", "second"], sort=True):
        about = Figure(section=section, measure="", readers=(first, second))
        yield from overlap_figures(rows, about)
        yield _pooled_detection(rows, replace(about, measure="detection_f1_pooled"))
        yield from _marked_figures(rows, about)
        yield from _quantity_figures(rows, about)


def reader_figures(pairs: pd.DataFrame, readings: pd.DataFrame) -> Iterator[Figure]:
    """Describe how well each reader agrees with the others on one label.

    Parameters
    ----------
    pairs : DataFrame
        As in `pair_figures`.
    readings : DataFrame
        One row for each reading: `reader`, `patient`, `area_px`.

    Yields
    ------
    figure : Figure
        Measures of overlap over all images and all others, and the share of images that she marked.
    """
    for reader, rows in readings.groupby("reader", sort=True):
        about = Figure(section="reader", measure="", readers=(reader,))
        hers = pairs[(pairs["first"] == reader) | (pairs["second"] == reader)]
        if len(hers):
            yield from overlap_figures(hers, about)
        share = mean_interval((rows["area_px"] > 0).astype(float).tolist(), rows["patient"].tolist())
        yield replace(about, measure="share_marked").measured(share)


def all_figures(pairs: pd.DataFrame, readings: pd.DataFrame) -> Iterator[Figure]:
    """Describe how well all readers agree on one label.

    Parameters
    ----------
    pairs : DataFrame
        As in `pair_figures`.
    readings : DataFrame
        One row for each reading: `image`, `reader`, `patient`, `area_px`.

    Yields
    ------
    figure : Figure
        Overlap over all pairs, Fleiss' kappa of whether anything was marked, ICC of lengths and areas over
        the images that all read.
    """
    about = Figure(section="all", measure="")
    if len(pairs) == 0:
        return
    yield from overlap_figures(pairs, about)
    marked = (readings["area_px"] > 0).astype(int)
    by_image = readings.assign(marked=marked).groupby("image", sort=True)
    table = by_image.agg({"marked": list, "patient": "first"})
    kappa = fleiss_interval(table["marked"].tolist(), table["patient"].tolist())
    yield replace(about, measure="fleiss_marked").measured(kappa)
    yield from _icc_of_all(pairs, about)


def overlap_figures(rows: pd.DataFrame, about: Figure) -> Iterator[Figure]:
    """Average the measures of overlap over images.

    Parameters
    ----------
    rows : DataFrame
        As in `pair_figures`, of any pairs.
    about : Figure
        Whom the figures are about.

    Yields
    ------
    figure : Figure
        One for each of `PAIR_MEASURES`.
    """
    is_empty = (rows["area_first_px"] + rows["area_second_px"] == 0).to_numpy()
    has_spacing = rows["near_first_px"].notna().to_numpy()
    for measure in PAIR_MEASURES:
        needs_spacing = measure in NEEDS_SPACING
        used = has_spacing if needs_spacing else np.ones(len(rows), dtype=bool)
        values = [None if pd.isna(value) else float(value) for value in rows[measure][used]]
        figure = replace(
            about,
            measure=measure,
            n_both_empty=rows["image"][is_empty].nunique(),
            n_without_spacing=rows["image"][~used].nunique(),
        )
        reason = "both_empty" if used.any() else "no_spacing"
        found = mean_interval(values, rows["patient"][used].tolist())
        rested_on = rows[used & rows[measure].notna().to_numpy()]
        counted = replace(
            found, n_images=rested_on["image"].nunique(), n_patients=rested_on["patient"].nunique()
        )
        yield figure.measured(counted, undefined=reason)


def _pooled_detection(rows: pd.DataFrame, figure: Figure) -> Figure:
    used = rows[rows["confirmed_first"].notna()]
    found = detection_f1_interval(
        used["confirmed_first"].astype(float),
        used["segments_first"],
        used["confirmed_second"].astype(float),
        used["segments_second"],
        used["patient"].tolist(),
    )
    without = len(rows) - len(used)
    reason = "no_segment" if len(used) else "no_spacing"
    return replace(figure, n_without_spacing=without).measured(found, undefined=reason)


def _marked_figures(rows: pd.DataFrame, about: Figure) -> Iterator[Figure]:
    first, second = (rows[f"area_{side}_px"].to_numpy() > 0 for side in ("first", "second"))
    patients = rows["patient"].tolist()
    alike = mean_interval((first == second).astype(float).tolist(), patients)
    yield replace(about, measure="share_marked_alike").measured(alike)
    kappa = kappa_interval(first.astype(int), second.astype(int), patients)
    yield replace(about, measure="kappa_marked").measured(kappa)


def _quantity_figures(rows: pd.DataFrame, about: Figure) -> Iterator[Figure]:
    for quantity, unit, used in quantities(rows):
        if len(used) == 0:
            continue
        first, second = (used[f"{quantity}_{side}"].to_numpy(dtype=float) for side in ("first", "second"))
        patients = used["patient"].tolist()
        figure = replace(about, unit=unit, n_without_spacing=0 if "px" in unit else len(rows) - len(used))
        icc = icc_interval(np.column_stack([first, second]), patients)
        yield replace(figure, unit="", part=unit, measure=f"icc_{quantity}").measured(icc)
        limits = bland_altman_intervals(first, second, patients)
        yield replace(figure, measure=f"bias_{quantity}").measured(limits.bias)
        for name, limit in (("lower", limits.lower_limit), ("upper", limits.upper_limit)):
            found = replace(figure, measure=f"{name}_limit_{quantity}")
            yield found.measured(limit, undefined="too_few_images")


def quantities(rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Split pairs by the unit that their lengths and areas have.

    Parameters
    ----------
    rows : DataFrame
        As in `pair_figures`, with `pixel_mm2`, the area of a pixel (NaN where it is not known).

    Yields
    ------
    quantity : str
        "length" or "area".
    unit : str
        Of it: millimetres, or pixels for the images where the size of a pixel is not known.
    used : DataFrame
        The rows that have it, with `<quantity>_first` and `<quantity>_second`.
    """
    has_spacing = rows["length_first_mm"].notna()
    known, unknown = rows[has_spacing], rows[~has_spacing]
    yield "length", "mm", _named(known, "length", known["length_first_mm"], known["length_second_mm"])
    yield "length", "px", _named(unknown, "length", unknown["length_first_px"], unknown["length_second_px"])
    first, second = (known[f"area_{side}_px"] * known["pixel_mm2"] for side in ("first", "second"))
    yield "area", "mm²", _named(known, "area", first, second)
    yield "area", "px", _named(unknown, "area", unknown["area_first_px"], unknown["area_second_px"])


def _named(rows: pd.DataFrame, quantity: str, first: pd.Series, second: pd.Series) -> pd.DataFrame:
    return rows.assign(**{f"{quantity}_first": first, f"{quantity}_second": second})


def _icc_of_all(pairs: pd.DataFrame, about: Figure) -> Iterator[Figure]:
    """Take the lengths and areas of each reader from her pairs, where every reader read the image."""
    readers = sorted({*pairs["first"], *pairs["second"]})
    for quantity, unit, used in quantities(pairs):
        sides = [
            used[["image", "patient"]].assign(reader=used[side], value=used[f"{quantity}_{side}"])
            for side in ("first", "second")
        ]
        each = pd.concat(sides).drop_duplicates(["image", "reader"])
        table = each.pivot_table(index=["patient", "image"], columns="reader", values="value")
        table = table.reindex(columns=readers).dropna()
        if len(table) == 0:
            continue
        patients = table.index.get_level_values("patient").tolist()
        icc = icc_interval(table.to_numpy(dtype=float), patients)
        yield replace(about, measure=f"icc_{quantity}", part=unit).measured(icc)
