"""Scripts for a page that was opened before the server was renewed, and fetches one more of them now."""

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def earlier_static(_request: HttpRequest, path: str) -> HttpResponseRedirect:
    """Lead to the file as it is now."""
    if finders.find(path) is None:
        raise Http404(f"There is no static file {path}.")
    return HttpResponseRedirect(static(path))
