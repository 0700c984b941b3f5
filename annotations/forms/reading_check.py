"""What a lead fills in to say how strictly each check is held."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from annotations.domain.reading_check import LARGEST_LIMIT, HeldCheck
from annotations.domain.reading_check_rules import RULES
from annotations.enums import CheckStrictness, ReadingCheck


class ChecksForm(forms.Form):
    """Two fields for each check: how strictly, and for some the number in it."""

    def __init__(self, held: Sequence[HeldCheck], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for check in held:
            self.fields[check.name] = forms.ChoiceField(
                choices=CheckStrictness.choices, initial=check.strictness, label=check.name.label
            )
            if check.limit is not None:
                self.fields[f"{check.name}_limit"] = forms.IntegerField(
                    min_value=1,
                    max_value=LARGEST_LIMIT,
                    initial=check.limit,
                    label=RULES[check.name].limit_words,
                )

    @property
    def rows(self) -> Iterator[tuple[BoundField, BoundField | None]]:
        """Each check with the field of its number, if it has one."""
        for name in RULES:
            limit = f"{name}_limit"
            yield self[name], self[limit] if limit in self.fields else None

    @property
    def checks(self) -> list[HeldCheck]:
        """What was filled in."""
        return [
            HeldCheck(
                ReadingCheck(name),
                CheckStrictness(self.cleaned_data[name]),
                self.cleaned_data.get(f"{name}_limit"),
            )
            for name in RULES
        ]
