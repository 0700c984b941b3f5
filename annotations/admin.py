"""Django's admin: administrators manage people; what frames the work can be looked at and not touched.

What readers, experts and models made of images is not here: it has pages that keep to annotations/rules,
and an administrator may have exams to read herself. A new model is hidden until somebody lists it.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Field
from django.forms import ModelForm
from django.http import HttpRequest

from annotations.domain.reader import set_role
from annotations.enums import Role
from annotations.forms.reader import RoleForm
from annotations.models import (
    AuditEntry,
    Campaign,
    CampaignReader,
    CorrectionRun,
    Dataset,
    DatasetVersion,
    EmailChoice,
    Guideline,
    InferenceRun,
    Mammogram,
    MapRun,
    ModelVersion,
    NoticeAttempt,
    NoticeDelivery,
    Patient,
    Reader,
    ReadingPlan,
    Run,
    Study,
    Webhook,
)

LOOKED_AT = [
    Campaign,
    CampaignReader,
    Dataset,
    DatasetVersion,
    EmailChoice,
    Guideline,
    Mammogram,
    ModelVersion,
    NoticeAttempt,
    NoticeDelivery,
    Patient,
    ReadingPlan,
    Study,
    Webhook,
]
# How a worker got on, without what came of it.
RUNS = [CorrectionRun, InferenceRun, MapRun]

admin.site.site_header = "Tramline administration"
admin.site.site_title = "Tramline"
admin.site.index_title = "People, and records to look at. Research use only."
# A role belongs to a reader's record; groups would be a second place for the same thing.
admin.site.unregister(Group)
admin.site.unregister(User)


def is_administrator(request: HttpRequest) -> bool:
    reader = getattr(request.user, "reader", None)
    return request.user.is_active and (
        request.user.is_superuser or (reader is not None and reader.role == Role.ADMINISTRATOR)
    )


class AdministratorsOnly(admin.ModelAdmin):
    """Opens for the role, not for Django's own permissions; nobody deletes anything here."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False


class ReadOnlyAdmin(AdministratorsOnly):
    """Scientific records are written by the program alone, with their provenance and their audit entry."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def get_list_display(self, request: HttpRequest) -> list[Any]:  # noqa: ARG002 - Django's signature
        """Show what is short: states, numbers and times, after the record's own name."""
        return ["__str__", *(field.name for field in self.model._meta.fields if _is_short(field))]  # noqa: SLF001 - Django's documented API


def _is_short(field: Field) -> bool:
    return field.name in ("created_at", "state", "role", "act", "actor_name", "number", "version", "sequence")


@admin.register(User)
class AccountAdmin(AdministratorsOnly, UserAdmin):
    """Accounts are opened and closed here. What an account may do is its reader's role."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Account", {"fields": ("is_active", "last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "is_active", "last_login")
    list_filter = ("is_active",)
    filter_horizontal = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep a superuser's password out of an administrator's hands."""
        may_touch = obj is None or not obj.is_superuser or request.user.is_superuser
        return may_touch and super().has_change_permission(request, obj)


@admin.register(Reader)
class ReaderAdmin(AdministratorsOnly):
    """A role for an account; the pseudonym is drawn, never typed."""

    form = RoleForm
    fields = ("user", "role", "pseudonym")
    list_display = ("user", "role", "pseudonym", "created_at")
    list_filter = ("role",)
    list_select_related = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Reader | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        return ("pseudonym",) if obj is None else ("pseudonym", "user")

    def save_model(self, request: HttpRequest, obj: Reader, form: ModelForm, change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        actor = getattr(request.user, "reader", None)
        obj.id = set_role(user=obj.user, role=Role(obj.role), actor=actor).id
        obj.refresh_from_db()


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Who did what to which record. The details of an act can hold a label's digest and stay out."""

    exclude = ("details",)


@admin.register(*RUNS)
class RunAdmin(ReadOnlyAdmin):
    fields = tuple(field.name for field in Run._meta.fields)  # noqa: SLF001 - Django's documented API


admin.site.register(LOOKED_AT, ReadOnlyAdmin)
