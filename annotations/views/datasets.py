"""Datasets and their versions; opening a dataset or a version leads to the page of its draft."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations import rules
from annotations.domain.dataset import create_dataset, create_dataset_version, find_dataset
from annotations.enums import DatasetVersionState
from annotations.errors import MissingError, TramlineError
from annotations.models import Dataset, DatasetVersion, Reader
from annotations.views.account import reader_required, require


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def datasets(request: HttpRequest, reader: Reader) -> HttpResponse:
    require(is_allowed=rules.can_manage_datasets(reader))
    if request.method == "POST":
        return _open_dataset(request, reader)
    versions = DatasetVersion.objects.annotate(item_count=Count("items")).order_by("-number")
    listed = Dataset.objects.prefetch_related(Prefetch("versions", queryset=versions))
    return render(request, "datasets.html", {"datasets": listed, "frozen": DatasetVersionState.FROZEN})


@require_POST
@reader_required
def open_dataset_version(request: HttpRequest, reader: Reader, name: str) -> HttpResponse:
    """Open the next version of a dataset with the filter of its last one."""
    require(is_allowed=rules.can_manage_datasets(reader))
    try:
        dataset = find_dataset(name=name)
    except MissingError as error:
        raise Http404 from error
    last = dataset.versions.order_by("-number").first()
    try:
        version = create_dataset_version(dataset=dataset, filter=last.filter if last else {}, reader=reader)
    except TramlineError as error:
        messages.error(request, error.message)
        return redirect("datasets")
    return redirect("dataset_version", name=name, number=version.number)


def _open_dataset(request: HttpRequest, reader: Reader) -> HttpResponse:
    try:
        with transaction.atomic():
            dataset = create_dataset(name=request.POST.get("name", "").strip(), reader=reader)
            version = create_dataset_version(dataset=dataset, filter={}, reader=reader)
    except TramlineError as error:
        messages.error(request, error.message)
        return redirect("datasets")
    return redirect("dataset_version", name=dataset.name, number=version.number)
