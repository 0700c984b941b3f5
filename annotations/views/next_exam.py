"""From one exam to the next: the button, and why there is none."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotations.domain.next_exam import Waiting, take_next, why_none
from annotations.models import Reader
from annotations.views.account import reader_required
from annotations.views.viewer import open_exam


@require_POST
@reader_required
def next_exam(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Open what this reader reads next, or say on the worklist what she waits for."""
    return open_next(request, reader)


def open_next(request: HttpRequest, reader: Reader) -> HttpResponse:
    assignment = take_next(reader)
    if assignment is not None:
        return open_exam(request, assignment)
    waiting = why_none(reader)
    messages.info(request, none_words(waiting))
    if waiting.unconfirmed:
        return redirect("campaign_guideline", campaign_id=waiting.unconfirmed[0].id)
    return redirect("worklist")


def none_words(waiting: Waiting) -> str:
    """Say why no exam opens, what comes first being what she can do about it."""
    if waiting.unconfirmed:
        return f"Read the guideline of {waiting.unconfirmed[0].name} and confirm it; then its exams open."
    if waiting.gated:
        campaign, gate = waiting.gated[0]
        return (
            f"An expert looks at your first exams of {campaign.name} before the others open: {gate.words}. "
            "Nothing is to be done until then."
        )
    if waiting.opens_on:
        return f"All read for now. The next exams open on {waiting.opens_on:%-d %b %Y}."
    return "All read. Nothing is left for you."
