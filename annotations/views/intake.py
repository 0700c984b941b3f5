"""Take images in through the browser; the page's script sends the files to the upload API one by one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.models import Reader
from annotations.validators.sidecar import COLUMNS
from annotations.views.account import reader_required, require


@require_safe
@reader_required
def intake(request: HttpRequest, reader: Reader) -> HttpResponse:
    require(is_allowed=rules.can_take_in(reader))
    return render(
        request,
        "intake.html",
        {
            "upload_limit_mb": settings.UPLOAD_LIMIT_BYTES // 1024**2,
            "columns": COLUMNS,
            "can_manage_campaigns": rules.can_manage_campaigns(reader),
        },
    )
