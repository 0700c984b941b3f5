"""Reading a training exam once more."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotations import rules
from annotations.domain.training_feedback import try_again
from annotations.errors import TramlineError
from annotations.models import Reader
from annotations.views.account import reader_required
from annotations.views.viewer import open_exam


@require_POST
@reader_required
def read_again(request: HttpRequest, reader: Reader, assignment_id: UUID) -> HttpResponse:
    """Give the exam once more and open it; where that cannot be, say why on the worklist."""
    assignment = (
        rules.assignments_visible_to(reader).select_related("campaign").filter(id=assignment_id).first()
    )
    if assignment is None:
        raise Http404
    try:
        again = try_again(assignment=assignment, reader=reader)
    except TramlineError as error:
        messages.error(request, error.message)
        return redirect("worklist")
    return open_exam(request, again)
