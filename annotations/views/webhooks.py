"""Addresses outside that hear of hand-overs, and what became of each notice: for the lead."""

from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations import rules
from annotations.domain.notice_delivery import try_again
from annotations.domain.webhook import create_webhook, end_webhook, secret_of
from annotations.errors import ConflictError
from annotations.forms.notice import WebhookForm
from annotations.models import NoticeAttempt, NoticeDelivery, Reader, Webhook
from annotations.views.account import reader_required, require

LOG_LENGTH = 50


@require_http_methods(["GET", "POST"])
@reader_required
def webhooks(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show the webhooks and the log; the answer to a new one is the only page that ever shows its secret."""
    require(is_allowed=rules.can_manage_campaigns(reader))
    form = WebhookForm(request.POST or None)
    made, secret = None, ""
    if form.is_bound and form.is_valid():
        made = create_webhook(author=reader, **form.cleaned_data)
        secret, form = secret_of(made), WebhookForm()
    last = NoticeAttempt.objects.filter(delivery=OuterRef("pk")).order_by("-number")
    log = (
        NoticeDelivery.objects.select_related("campaign", "webhook", "reader__user")
        .annotate(
            last_error=Subquery(last.values("error")[:1]), last_at=Subquery(last.values("created_at")[:1])
        )
        .order_by("-created_at", "-id")
    )
    return render(
        request,
        "webhooks.html",
        {
            "webhooks": Webhook.objects.filter(ended_at=None).select_related("campaign"),
            "form": form,
            "made": made,
            "secret": secret,
            "log": log[:LOG_LENGTH],
        },
        status=400 if form.errors else 200,
    )


@require_POST
@reader_required
def end_one_webhook(request: HttpRequest, reader: Reader, webhook_id: UUID) -> HttpResponse:
    require(is_allowed=rules.can_manage_campaigns(reader))
    webhook = get_object_or_404(Webhook, id=webhook_id)
    end_webhook(webhook=webhook, reader=reader)
    messages.success(request, f"Nothing is sent to {webhook.address} any more.")
    return redirect("webhooks")


@require_POST
@reader_required
def send_notice_again(request: HttpRequest, reader: Reader, delivery_id: UUID) -> HttpResponse:
    require(is_allowed=rules.can_manage_campaigns(reader))
    delivery = get_object_or_404(NoticeDelivery.objects.select_related("webhook"), id=delivery_id)
    try:
        try_again(delivery=delivery, reader=reader)
    except ConflictError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "On its way again.")
    return redirect("webhooks")
