from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.lookup import find_visible
from annotations.api.permissions import IsKnownReader, reader_of
from annotations.domain.exam_lease import renew_lease
from annotations.rules import assignments_visible_to


class LeaseRecord(serializers.Serializer):
    lease_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then nobody else gets the exam; null: it was given to this reader"
    )


class ExamLeaseView(APIView):
    permission_classes = [IsKnownReader]

    @extend_schema(request=None, responses=LeaseRecord)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Hold an exam that came from a pool for some minutes from now; send it while it is read.

        Refused with 409 and `exam_ended` where the exam was skipped, withdrawn, or went back to the pool.
        """
        reader = reader_of(request)
        assignment = find_visible(assignments_visible_to(reader), assignment_id)
        until = renew_lease(assignment=assignment, reader=reader)
        return Response(LeaseRecord({"lease_until": until}).data)
