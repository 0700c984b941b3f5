from django.db import models

from annotations.enums import SignOffMeaning

from .base import AppendOnlyRecord
from .campaign import Campaign
from .reader import Reader
from .reference_standard import ReferenceStandard


class SignOff(AppendOnlyRecord):
    """A signature under a reference standard or, without one, under the results of a campaign.

    `sha256` is of what was signed: where the same thing has another digest now, the signature is out of date.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sign_offs")
    reference = models.ForeignKey(
        ReferenceStandard, on_delete=models.PROTECT, related_name="sign_offs", null=True
    )
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="sign_offs")
    name = models.CharField(max_length=150, help_text="What the person logged in with when she signed")
    meaning = models.CharField(max_length=32, choices=SignOffMeaning.choices)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.meaning} by {self.name}"
