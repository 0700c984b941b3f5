"""What a reader says of an exam as a whole: that she skips it and why, or how hard it was."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from annotations import rules
from annotations.domain.exam_end import grade_exam, skip_exam
from annotations.errors import ConflictError
from annotations.forms.exam_end import GradeForm, SkipForm
from annotations.models import Assignment, Reader
from annotations.views.account import reader_required
from annotations.views.next_exam import open_next


@require_POST
@reader_required
def skip(request: HttpRequest, reader: Reader, assignment_id: UUID) -> HttpResponse:
    """Skip an exam and open the next one."""
    assignment = _own(reader, assignment_id)
    form = SkipForm(request.POST)
    if not form.is_valid():
        messages.warning(request, f"Not skipped. {' '.join(_sentences(form))}")
        return redirect("worklist")
    try:
        skip_exam(assignment=assignment, reader=reader, reason=form.words)
    except ConflictError as error:
        messages.warning(request, error.message)
        return redirect("worklist")
    answer = open_next(request, reader)
    if answer["Location"] == reverse("worklist"):  # beside the next exam it would only take room
        messages.success(request, f"{assignment.study.patient.code} is skipped: {form.words}.")
    return answer


@require_POST
@reader_required
def grade(request: HttpRequest, reader: Reader, assignment_id: UUID) -> HttpResponse:
    """Keep how hard an exam was; with `next` open the next one, else return to the worklist."""
    assignment = _own(reader, assignment_id)
    form = GradeForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(_sentences(form)))
        return redirect("worklist")
    value = form.cleaned_data["grade"]
    if value or "next" not in request.POST:
        grade_exam(assignment=assignment, reader=reader, grade=value)
    return open_next(request, reader) if "next" in request.POST else redirect("worklist")


def _own(reader: Reader, assignment_id: UUID) -> Assignment:
    assignments = rules.assignments_visible_to(reader).select_related("study__patient")
    return get_object_or_404(assignments, id=assignment_id)


def _sentences(form: SkipForm | GradeForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
