"""Upload of images: the same intake as `manage.py ingest`, answered file by file."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from annotations.api.parsers import RequestTooLargeError
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.ingest import ingest_files
from annotations.errors import ForbiddenError, InvalidError
from annotations.models import Reader
from annotations.rules import can_take_in
from annotations.validators.sidecar import TEMPLATE


class UploadRequest(serializers.Serializer):
    files = serializers.ListField(
        child=serializers.FileField(),
        help_text="DICOM, zip, or PNG and TIFF together with their table (CSV)",
    )


class UploadLengthMissingError(APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"
    default_detail = "Say how long the upload is (Content-Length); chunked ones are not taken."


class UploadsView(APIView):
    """Sender, role and length are looked at before the body is: a refused upload fills no disk."""

    permission_classes = [IsKnownReader]
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": UploadRequest},
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """Take files in; one JSON object a line and file: path, outcome, reason, mammogram, message."""
        reader = reader_of(request)
        if not can_take_in(reader):
            raise ForbiddenError("Images are taken in by administrators and data scientists.")
        _check_length(request)
        django_request = request._request  # noqa: SLF001 - DRF's documented way to Django's request
        django_request.upload_handlers = [TemporaryFileUploadHandler(django_request)]
        files = request.FILES.getlist("files")
        if not files:
            raise InvalidError('The request holds no files. Send them in the field "files".', code="no_files")
        return StreamingHttpResponse(_ingest_uploads(files, reader), content_type="application/x-ndjson")


class UploadTemplateView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002 - DRF's signature
        """Return the table that PNG and TIFF files need beside them, with two rows to overwrite."""
        response = HttpResponse(TEMPLATE, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="images.csv"'
        return response


def _check_length(request: Request) -> None:
    announced_bytes = request.META.get("CONTENT_LENGTH", "")
    if not announced_bytes.isdecimal():
        raise UploadLengthMissingError
    limit_bytes = settings.UPLOAD_LIMIT_BYTES
    if int(announced_bytes) > limit_bytes:
        raise RequestTooLargeError(
            f"One upload may have at most {limit_bytes // 1024**2} MB. Send fewer files at once.",
            code="upload_too_large",
        )


def _ingest_uploads(files: Sequence[UploadedFile], reader: Reader) -> Iterator[bytes]:
    """Copy the files under numbers, since their names are a stranger's; tell of each as it is done."""
    with tempfile.TemporaryDirectory(prefix="tramline-upload-") as folder:
        copies = []
        for number, file in enumerate(files):
            path = Path(folder) / str(number)
            with path.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            copies.append((path, file.name or f"file {number + 1}"))
        for outcome in ingest_files(copies, actor=reader):
            yield json.dumps(asdict(outcome)).encode() + b"\n"
