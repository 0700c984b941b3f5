from django.db.models import Count, Prefetch, QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations import rules
from annotations.api.parsers import PlainJSONParser
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.dataset import (
    check_filter,
    create_dataset,
    create_dataset_version,
    find_dataset,
    find_dataset_version,
    freeze_dataset_version,
)
from annotations.domain.dataset_archive import archive_stem, stream_archive
from annotations.domain.dataset_blinding import check_filter_open
from annotations.domain.dataset_record import build_items
from annotations.domain.dataset_summary import summarise_records
from annotations.enums import AlgorithmType, Answer, DatasetVersionState, Label
from annotations.models import Dataset, DatasetVersion
from annotations.validators.dataset_filter import ALL, LATEST, REFERENCE


class IsDatasetKeeper(IsKnownReader):
    message = "Datasets are kept by data scientists; your role does not open them."
    code = "forbidden"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and rules.can_manage_datasets(reader_of(request))


def _list_of(help_text: str) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), required=False, help_text=help_text)


class DatasetFilterRecord(serializers.Serializer):
    """An empty list or text, or a missing key, asks for everything."""

    state = serializers.ChoiceField(["submitted"], required=False)
    campaign = serializers.CharField(required=False, allow_blank=True, help_text="Name of a campaign")
    labels = _list_of("Labels: " + ", ".join(Label.values))
    algorithm_types = _list_of("How it was made: " + ", ".join(AlgorithmType.values))
    readers = _list_of("Pseudonyms of readers")
    bac_present = _list_of("Answers: " + ", ".join(Answer.values))
    which = serializers.ChoiceField(
        [LATEST, ALL, REFERENCE],
        required=False,
        help_text="latest: each reading as last corrected; all: every annotation of a reading; reference: "
        "the newest reference standard",
    )


@extend_schema_field(DatasetFilterRecord)
class FilterField(serializers.JSONField):
    """Passed on as it came: the domain refuses a filter with a code of its own for each rule."""


class DatasetForm(serializers.Serializer):
    name = serializers.CharField(help_text="1 to 64 lower-case letters, digits and hyphens")


class DatasetVersionForm(serializers.Serializer):
    filter = FilterField(default=dict)


class DatasetVersionRecord(serializers.Serializer):
    name = serializers.CharField(source="dataset.name")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(DatasetVersionState.choices)
    filter = DatasetFilterRecord()
    created_at = serializers.DateTimeField()
    frozen_at = serializers.DateTimeField(allow_null=True)
    content_sha256 = serializers.CharField(help_text="Of the items as canonical JSON; empty for a draft")
    item_count = serializers.IntegerField(help_text="0 for a draft: its items are chosen when it is frozen")


class DatasetRecord(serializers.Serializer):
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    versions = DatasetVersionRecord(many=True)


class SplitCountRecord(serializers.Serializer):
    split = serializers.CharField()
    patients = serializers.IntegerField()
    images = serializers.IntegerField()
    annotations = serializers.IntegerField()
    marked = serializers.DictField(
        child=serializers.IntegerField(), help_text="Annotations with a mask that is not empty, by label"
    )


class PreviewRecord(serializers.Serializer):
    total = SplitCountRecord()
    splits = SplitCountRecord(many=True)
    warnings = serializers.ListField(child=serializers.CharField())


class DatasetListView(APIView):
    permission_classes = [IsDatasetKeeper]
    parser_classes = [PlainJSONParser]

    @extend_schema(responses=DatasetRecord(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """List the datasets with their versions, the newest version first."""
        datasets = Dataset.objects.prefetch_related(Prefetch("versions", queryset=_counted_versions()))
        return Response(DatasetRecord(datasets, many=True).data)

    @extend_schema(request=DatasetForm, responses={201: DatasetRecord})
    def post(self, request: Request) -> Response:
        """Open a dataset; it has no version yet."""
        form = DatasetForm(data=request.data)
        form.is_valid(raise_exception=True)
        dataset = create_dataset(name=form.validated_data["name"], reader=reader_of(request))
        return Response(DatasetRecord(dataset).data, status=status.HTTP_201_CREATED)


class DatasetVersionListView(APIView):
    permission_classes = [IsDatasetKeeper]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=DatasetVersionForm, responses={201: DatasetVersionRecord})
    def post(self, request: Request, name: str) -> Response:
        """Open the next version of a dataset as a draft."""
        form = DatasetVersionForm(data=request.data)
        form.is_valid(raise_exception=True)
        version = create_dataset_version(
            dataset=find_dataset(name=name), filter=form.validated_data["filter"], reader=reader_of(request)
        )
        return Response(_version_record(version), status=status.HTTP_201_CREATED)


class DatasetVersionView(APIView):
    permission_classes = [IsDatasetKeeper]

    @extend_schema(responses=DatasetVersionRecord)
    def get(self, request: Request, name: str, number: int) -> Response:  # noqa: ARG002 - DRF's signature
        """Return one version."""
        return Response(_version_record(find_dataset_version(name=name, number=number)))


class DatasetVersionFreezeView(APIView):
    permission_classes = [IsDatasetKeeper]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=None, responses=DatasetVersionRecord)
    def post(self, request: Request, name: str, number: int) -> Response:
        """Write down what the filter picks now and close the version for good."""
        version = find_dataset_version(name=name, number=number)
        return Response(_version_record(freeze_dataset_version(version=version, reader=reader_of(request))))


class DatasetVersionArchiveView(APIView):
    permission_classes = [IsDatasetKeeper]

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, name: str, number: int) -> StreamingHttpResponse:
        """Download a frozen version as a zip; docs/dataset_format.md says what is in it."""
        version = find_dataset_version(name=name, number=number)
        archive = stream_archive(version=version, reader=reader_of(request))
        return StreamingHttpResponse(
            archive,
            content_type="application/zip",
            headers={
                "Content-Disposition": f'attachment; filename="{archive_stem(version)}.zip"',
                "Cache-Control": "no-store",
            },
        )


class DatasetPreviewView(APIView):
    permission_classes = [IsDatasetKeeper]
    parser_classes = [PlainJSONParser]

    @extend_schema(request=DatasetVersionForm, responses=PreviewRecord)
    def post(self, request: Request) -> Response:
        """Count what a filter would pick now. Stores nothing."""
        form = DatasetVersionForm(data=request.data)
        form.is_valid(raise_exception=True)
        chosen = check_filter(form.validated_data["filter"])
        check_filter_open(chosen, reader=reader_of(request))
        items = build_items(chosen)
        return Response(PreviewRecord(summarise_records([item.record for item in items])).data)


def _counted_versions() -> QuerySet[DatasetVersion]:
    versions = DatasetVersion.objects.select_related("dataset").annotate(item_count=Count("items"))
    return versions.order_by("-number")


def _version_record(version: DatasetVersion) -> dict[str, object]:
    return dict(DatasetVersionRecord(_counted_versions().get(id=version.id)).data)
