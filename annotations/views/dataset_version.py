"""One dataset version: a draft with its filter and live counts, or a frozen one with its download."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from annotations import rules
from annotations.domain.dataset import (
    change_dataset_filter,
    check_filter,
    find_dataset_version,
    freeze_dataset_version,
    item_records,
)
from annotations.domain.dataset_blinding import check_filter_open, check_version_open
from annotations.domain.dataset_record import ItemRecord, build_items
from annotations.domain.dataset_summary import Count, summarise_records
from annotations.enums import AlgorithmType, Answer, DatasetVersionState, Label, ReadingState
from annotations.errors import MissingError, TramlineError
from annotations.models import Campaign, DatasetVersion, Reader
from annotations.views.account import reader_required, require

ITEMS_PER_PAGE = 50
LIST_KEYS = ("labels", "algorithm_types", "readers", "bac_present")


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class LabelCell:
    label: str
    value: int | None


@dataclass(frozen=True)
class CountRow:
    """One line of the table of counts; a label that is not part of the version has no value."""

    count: Count
    labels: list[LabelCell]


@dataclass(frozen=True)
class ItemRow:
    record: ItemRecord
    areas: list[LabelCell]


@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def dataset_version(request: HttpRequest, reader: Reader, name: str, number: int) -> HttpResponse:
    """Show a version; a POST gives its draft another filter."""
    version = _find(reader, name, number)
    if request.method == "POST":
        try:
            change_dataset_filter(version=version, filter=_filter_of(request.POST), reader=reader)
            messages.success(request, "The filter is saved with this draft.")
        except TramlineError as error:
            messages.error(request, error.message)
        return redirect("dataset_version", name=name, number=number)
    is_frozen = version.state == DatasetVersionState.FROZEN
    try:
        records = _frozen_records(version, reader) if is_frozen else _draft_records(version, reader)
    except TramlineError as error:
        if is_frozen:
            has_exams = rules.unfinished(rules.assignments_visible_to(reader)).exists()
            closed = {"version": version, "message": error.message, "has_exams": has_exams}
            return render(request, "dataset_version_closed.html", closed, status=403)
        messages.error(request, error.message)
        records = []
    context = _shown_version(version, records, request.GET.get("page"))
    if not is_frozen:
        context["choices"] = _choices(version.filter, reader)
    return render(request, "dataset_version.html", {**context, "is_frozen": is_frozen})


@require_POST
@reader_required
def freeze(request: HttpRequest, reader: Reader, name: str, number: int) -> HttpResponse:
    """Freeze a draft with the filter that is on the screen, saved or not."""
    version = _find(reader, name, number)
    try:
        with transaction.atomic():
            version = change_dataset_filter(version=version, filter=_filter_of(request.POST), reader=reader)
            freeze_dataset_version(version=version, reader=reader)
        messages.success(request, f"{version} is frozen. It can be downloaded, and never changes.")
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("dataset_version", name=name, number=number)


def _find(reader: Reader, name: str, number: int) -> DatasetVersion:
    require(is_allowed=rules.can_manage_datasets(reader))
    try:
        return find_dataset_version(name=name, number=number)
    except MissingError as error:
        raise Http404 from error


def _frozen_records(version: DatasetVersion, reader: Reader) -> list[ItemRecord]:
    check_version_open(version, reader=reader)
    return item_records(version)


def _draft_records(version: DatasetVersion, reader: Reader) -> list[ItemRecord]:
    chosen = check_filter(version.filter)
    check_filter_open(chosen, reader=reader)
    return [item.record for item in build_items(chosen)]


def _filter_of(form: QueryDict) -> dict[str, object]:
    lists: dict[str, object] = {key: form.getlist(key) for key in LIST_KEYS}
    return {**lists, "campaign": form.get("campaign", ""), "which": form.get("which", "")}


def _shown_version(
    version: DatasetVersion, records: Sequence[ItemRecord], page_number: str | None
) -> dict[str, Any]:
    summary = summarise_records(records)
    page = Paginator(records, ITEMS_PER_PAGE).get_page(page_number)
    return {
        "version": version,
        "summary": summary,
        "rows": [
            CountRow(count, [LabelCell(label, count.marked.get(label)) for label in Label.values])
            for count in [*summary.splits, summary.total]
        ],
        "labels": list(Label),
        "page": page,
        "items": [
            ItemRow(record, [LabelCell(label, _area_px(record, label)) for label in Label.values])
            for record in page.object_list
        ],
        "change": _change(version, records),
    }


def _area_px(record: ItemRecord, label: str) -> int | None:
    return record["masks"][label]["area_px"] if label in record["masks"] else None


def _change(version: DatasetVersion, records: Sequence[ItemRecord]) -> dict[str, object] | None:
    """Compare with the last frozen version before this one; None where there is none."""
    earlier = version.dataset.versions.filter(number__lt=version.number, state=DatasetVersionState.FROZEN)
    previous = earlier.select_related("dataset").order_by("-number").first()
    if previous is None:
        return None
    before = set(previous.items.values_list("annotation_id", flat=True))
    now = {record["annotation"]["annotation"] for record in records}
    common = len(now & {str(annotation) for annotation in before})
    return {"previous": previous, "added": len(now) - common, "gone": len(before) - common}


def _choices(chosen: dict[str, Any], reader: Reader) -> dict[str, list[Choice]]:
    submitted = rules.annotations_visible_to(reader).filter(state=ReadingState.SUBMITTED)
    readers = Reader.objects.filter(id__in=submitted.values("reader"))
    pseudonyms = readers.order_by("pseudonym").values_list("pseudonym", flat=True)
    options = {
        "labels": Label.choices,
        "algorithm_types": AlgorithmType.choices,
        "bac_present": Answer.choices,
        "readers": [(name, name) for name in pseudonyms],
    }
    choices = {
        key: [Choice(value, text, value in chosen[key]) for value, text in pairs]
        for key, pairs in options.items()
    }
    campaigns = Campaign.objects.order_by("name").values_list("name", flat=True)
    choices["campaigns"] = [Choice(name, name, name == chosen["campaign"]) for name in campaigns]
    return choices
