"""What a person says of her e-mails, and a lead of a webhook."""

from typing import Any

from django import forms

from annotations.domain.notice import chosen_events, chosen_pace, events_for
from annotations.domain.webhook_call import check_address
from annotations.enums import EmailPace, NoticeEvent
from annotations.errors import WebhookRefusedError
from annotations.models import Campaign, Reader


def _choices(events: list[NoticeEvent]) -> list[tuple[str, str]]:
    return [(event.value, event.label) for event in events]


class EmailForm(forms.Form):
    address = forms.EmailField(
        required=False, label="Your e-mail address", help_text="Leave it empty to get no e-mail at all."
    )
    events = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, label="Write to me when"
    )

    pace = forms.ChoiceField(
        choices=EmailPace.choices,
        widget=forms.RadioSelect,
        required=False,
        label="Of exams that were submitted",
    )

    def __init__(self, data: Any, *, reader: Reader) -> None:
        initial = {
            "address": reader.user.email,
            "pace": chosen_pace(reader),
            "events": [event.value for event in chosen_events(reader)],
        }
        super().__init__(data, initial=initial)
        offered = events_for(reader.role)
        self.fields["events"].choices = _choices(offered)  # type: ignore[attr-defined]
        if NoticeEvent.EXAM_SUBMITTED not in offered:
            del self.fields["pace"]

    def clean_events(self) -> list[NoticeEvent]:
        return [NoticeEvent(value) for value in self.cleaned_data["events"]]

    def clean_pace(self) -> str:
        return self.cleaned_data["pace"] or EmailPace.HOUR


class WebhookForm(forms.Form):
    address = forms.CharField(max_length=500, help_text="https://host/path of the program that listens")
    campaign = forms.ModelChoiceField(
        Campaign.objects.order_by("-created_at"), required=False, empty_label="Every campaign"
    )
    events = forms.MultipleChoiceField(
        choices=_choices(list(NoticeEvent)),
        widget=forms.CheckboxSelectMultiple,
        label="Tell it when",
        error_messages={"required": "Tick at least one."},
    )

    def clean_address(self) -> str:
        try:
            check_address(self.cleaned_data["address"])
        except WebhookRefusedError as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        return self.cleaned_data["address"]

    def clean_events(self) -> list[NoticeEvent]:
        return [NoticeEvent(value) for value in self.cleaned_data["events"]]
