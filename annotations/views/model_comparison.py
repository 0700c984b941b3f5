"""One comparison of two models: how far it is; then its table, its scatter and its worst cases."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.dataset_blinding import check_version_open
from annotations.domain.plot.case import Case
from annotations.domain.plot.scatter import scatter_plot
from annotations.domain.run import cancel_run
from annotations.errors import DatasetStillReadError, TramlineError
from annotations.ml_gateway.model_comparison import MEASURES
from annotations.models import ModelComparison, Reader
from annotations.views.account import reader_required, require

CASES_SHOWN = 50


@dataclass(frozen=True)
class ComparedCase:
    """A reading with what both models scored on it; `loss` is how much less the second did."""

    case: dict[str, Any]
    loss: float


@require_safe
@reader_required
def model_comparison(request: HttpRequest, reader: Reader, run_id: UUID) -> HttpResponse:
    run = _find(reader, run_id)
    try:
        check_version_open(run.dataset_version, reader=reader)
    except DatasetStillReadError as error:
        raise PermissionDenied(error.message) from error
    report = getattr(run, "report", None)
    page: dict[str, object] = {"run": run, "report": report}
    if report is not None:
        page |= {
            "figures": [
                (MEASURES[name], report.definitions[name], figure) for name, figure in report.figures.items()
            ],
            "marked": _clean_images_marked(report.cases),
            "plot": _scatter(report.cases),
            "cases": _worst_first(report.cases)[:CASES_SHOWN],
        }
    return render(request, "model_comparison.html", page)


@require_POST
@reader_required
def cancel_model_comparison(request: HttpRequest, reader: Reader, run_id: UUID) -> HttpResponse:
    run = _find(reader, run_id)
    try:
        cancel_run(run, reader=reader)
        messages.success(request, "It stops within seconds; nothing of it is kept.")
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("model_comparison", run_id=run.id)


def _find(reader: Reader, run_id: UUID) -> ModelComparison:
    require(is_allowed=rules.can_manage_datasets(reader))
    runs = ModelComparison.objects.select_related(
        "first", "second", "dataset_version__dataset", "requested_by", "report"
    )
    return get_object_or_404(runs, id=run_id)


def _worst_first(cases: list[dict[str, Any]]) -> list[ComparedCase]:
    """Order by how much Dice the second model loses; a reading of nothing that it marks alone loses all."""
    compared = [ComparedCase(case, _dice(case["first"]) - _dice(case["second"])) for case in cases]
    return sorted(compared, key=lambda each: (-each.loss, each.case["item"]))


def _dice(scores: dict[str, Any]) -> float:
    """Nothing there and nothing marked is as good as can be, for the order alone."""
    return 1.0 if scores["dice"] is None else float(scores["dice"])


def _clean_images_marked(cases: list[dict[str, Any]]) -> dict[str, int]:
    """Count readings with nothing to find, and on how many of them each model marks something."""
    clean = [case for case in cases if not case["first"]["area_reference_px"]]
    marked = {
        which: sum(case[which]["area_candidate_px"] > 0 for case in clean) for which in ("first", "second")
    }
    return {"of": len(clean), **marked}


def _scatter(cases: list[dict[str, Any]]) -> object:
    drawn = [
        Case(
            name=f"{case['patient']} {case['view']}",
            first=case["first"]["dice"],
            second=case["second"]["dice"],
            reference=case["annotation"],
            candidate=case["annotation"],
        )
        for case in cases
        if case["first"]["dice"] is not None and case["second"]["dice"] is not None
    ]
    return scatter_plot(drawn, unit="", decimals=2) if drawn else None
