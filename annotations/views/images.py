"""Every image with what readers have submitted on it: where comparing and correcting begin."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.enums import Label, ReadingState
from annotations.ml_gateway.acquisition import pixel_size
from annotations.models import Annotation, AnnotationSnapshot, Mammogram, Reader
from annotations.views.account import reader_required, require
from annotations.views.query import uuids_in_query

PAGE_LENGTH = 25


@dataclass(frozen=True)
class LabelArea:
    label: Label
    area_px: int
    area_mm2: float | None


@dataclass(frozen=True)
class SubmittedLabel:
    annotation: Annotation
    areas: list[LabelArea]


@dataclass(frozen=True)
class ListedImage:
    mammogram: Mammogram
    spacing_mm: tuple[float, float] | None
    magnification: float | None
    submitted: list[SubmittedLabel]


@require_safe
@reader_required
def images(request: HttpRequest, reader: Reader) -> HttpResponse:
    require(is_allowed=rules.is_expert(reader))
    only_read = request.GET.get("show") != "all"
    found = _images_from(
        rules.mammograms_visible_to(reader), reader, uuids_in_query(request, "after"), only_read=only_read
    )
    page = [_listed_image(mammogram) for mammogram in found[: PAGE_LENGTH + 1]]
    return render(
        request,
        "images.html",
        {
            "images": page[:PAGE_LENGTH],
            "next_after": page[PAGE_LENGTH - 1].mammogram.id if len(page) > PAGE_LENGTH else None,
            "is_continued": "after" in request.GET,
            "only_read": only_read,
            "can_take_in": rules.can_take_in(reader),
        },
    )


def _images_from(
    mammograms: QuerySet[Mammogram], reader: Reader, after: list[UUID], *, only_read: bool
) -> QuerySet[Mammogram]:
    """Order images newest first, from the one behind `after` on; an unknown id starts at the beginning."""
    submitted = (
        rules.annotations_visible_to(reader)
        .filter(state=ReadingState.SUBMITTED)
        .select_related("reader")
        .prefetch_related(Prefetch("snapshots", queryset=AnnotationSnapshot.objects.defer("mask")))
        .order_by("submitted_at", "id")
    )
    if only_read:
        mammograms = mammograms.filter(Exists(submitted.filter(mammogram=OuterRef("pk"))))
    previous = Mammogram.objects.filter(id__in=after).first()
    if previous is not None:
        is_older = Q(created_at__lt=previous.created_at)
        mammograms = mammograms.filter(is_older | Q(created_at=previous.created_at, id__lt=previous.id))
    return (
        mammograms.select_related("study__patient")
        .prefetch_related(Prefetch("annotations", queryset=submitted))
        .order_by("-created_at", "-id")
    )


def _listed_image(mammogram: Mammogram) -> ListedImage:
    size = pixel_size(mammogram)
    return ListedImage(
        mammogram,
        size.spacing_mm,
        size.magnification,
        [SubmittedLabel(item, _areas_of(item, size.spacing_mm)) for item in mammogram.annotations.all()],
    )


def _areas_of(annotation: Annotation, spacing_mm: tuple[float, float] | None) -> list[LabelArea]:
    """Read the areas from the snapshots of the submitted version; a label without one is empty."""
    areas_px = {
        snapshot.label: snapshot.area_px
        for snapshot in annotation.snapshots.all()
        if snapshot.version == annotation.version
    }
    return [
        LabelArea(label, area_px, area_px * spacing_mm[0] * spacing_mm[1] if spacing_mm else None)
        for label in Label
        for area_px in [areas_px.get(label.value, 0)]
    ]
