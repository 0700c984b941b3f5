"""What an administrator fills in to give an account its role."""

from typing import Any

from django import forms
from django.contrib.auth.models import User

from annotations.domain.reader import check_role
from annotations.enums import Role
from annotations.errors import RoleRefusedError
from annotations.models import Reader


class RoleForm(forms.ModelForm):
    class Meta:
        model = Reader
        fields = ("user", "role")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        user: User | None = cleaned.get("user") or (self.instance.user if self.instance.user_id else None)
        if user is not None and "role" in cleaned:
            try:
                check_role(user=user, role=Role(cleaned["role"]))
            except RoleRefusedError as error:
                raise forms.ValidationError(error.message, code=error.code) from error
        return cleaned
