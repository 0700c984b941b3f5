"""Two labels of one image, side by side in numbers and on top of each other in the picture."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.enums import Label
from annotations.models import Annotation, Mammogram, Reader
from annotations.views.account import reader_required
from annotations.views.query import uuids_in_query

IMAGES_OFFERED = 200


@require_safe
@reader_required
def comparison(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Offer images, then their labels; the choice stays in the address. Readers choose among their own."""
    reference = _chosen(request, "reference", reader)
    candidate = _chosen(request, "candidate", reader)
    images = _images_with_two_labels(reader)
    mammogram = _chosen_image(request, reader, reference or candidate) or images.first()
    choices = list(_labels_on(mammogram, reader)) if mammogram else []
    if not request.GET and len(choices) > 1:
        reference, candidate = choices[0], choices[1]
    label = request.GET.get("label", "")
    return render(
        request,
        "comparison.html",
        {
            "images": images[:IMAGES_OFFERED],
            "mammogram": mammogram,
            "choices": choices,
            "reference": reference if reference in choices else None,
            "candidate": candidate if candidate in choices else None,
            "labels": Label,
            "label": label if label in Label.values else Label.BAC.value,
            "has_unknown_choice": _names_something_unknown(request, reference, candidate),
            "is_expert": rules.is_expert(reader),
        },
    )


def _images_with_two_labels(reader: Reader) -> QuerySet[Mammogram]:
    visible = Q(annotations__in=rules.annotations_visible_to(reader))
    return (
        Mammogram.objects.annotate(label_count=Count("annotations", filter=visible))
        .filter(label_count__gte=2)
        .select_related("study__patient")
        .order_by("-created_at", "-id")
    )


def _labels_on(mammogram: Mammogram, reader: Reader) -> QuerySet[Annotation]:
    return (
        rules.annotations_visible_to(reader)
        .filter(mammogram=mammogram)
        .select_related("reader")
        .order_by("created_at", "id")
    )


def _chosen(request: HttpRequest, name: str, reader: Reader) -> Annotation | None:
    found = rules.annotations_visible_to(reader).filter(id__in=uuids_in_query(request, name))
    return found.select_related("mammogram__study__patient").first()


def _chosen_image(request: HttpRequest, reader: Reader, annotation: Annotation | None) -> Mammogram | None:
    named = rules.mammograms_visible_to(reader).filter(id__in=uuids_in_query(request, "image"))
    return named.select_related("study__patient").first() or (annotation.mammogram if annotation else None)


def _names_something_unknown(
    request: HttpRequest, reference: Annotation | None, candidate: Annotation | None
) -> bool:
    asked_for = [("reference", reference), ("candidate", candidate)]
    return any(request.GET.get(name) and annotation is None for name, annotation in asked_for)
