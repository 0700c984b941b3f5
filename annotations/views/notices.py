"""Which e-mails this person gets."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.notice import choose_emails
from annotations.forms.notice import EmailForm
from annotations.models import Reader
from annotations.views.account import reader_required


@require_http_methods(["GET", "POST"])
@reader_required
def notices(request: HttpRequest, reader: Reader) -> HttpResponse:
    form = EmailForm(request.POST or None, reader=reader)
    if form.is_bound and form.is_valid():
        choose_emails(reader=reader, **form.cleaned_data)
        messages.success(request, "Kept. It holds from the next event on.")
        return redirect("notices")
    return render(
        request,
        "notices.html",
        {
            "form": form,
            "sends_email": bool(settings.EMAIL_HOST),
            "is_lead": rules.can_manage_campaigns(reader),
        },
        status=400 if form.errors else 200,
    )
