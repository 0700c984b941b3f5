"""The page of agreement: who sees it, what it says in every state, and that it asks the same of few and many."""

import csv
import re

import pytest
from django.test import Client
from django.urls import reverse

from annotations.models import AdjudicationRequest, AgreementReport, AgreementRun
from tests.factories.agreement import compare_readings, make_read_campaign
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def open_page(campaign, role="adjudicator", name="campaign_agreement", query="", person=None):
    client = Client()
    client.force_login((person or make_reader(role)).user)
    return client.get(reverse(name, args=[campaign.id]) + query)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.mark.parametrize("role", ["adjudicator", "data_scientist", "administrator"])
def test_the_page_shows_figures_under_pseudonyms(role):
    read = make_read_campaign(readers=3, exams=6)
    compare_readings(read.campaign)

    page = open_page(read.campaign, role)

    assert page.status_code == 200
    text = text_of(page)
    for reader in read.readers:
        assert reader.pseudonym in text
        assert reader.user.get_username() not in page.content.decode()
    assert "Length Dice of every two readers" in text
    assert "Where readers agree least" in text
