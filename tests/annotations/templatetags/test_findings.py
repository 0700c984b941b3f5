from django.template.loader import render_to_string

from annotations.enums import Assessment, Histology


def test_a_finding_is_offered_every_word_that_the_server_takes():
    page = render_to_string("viewer/findings.html")

    for value, title in [*Assessment.choices, *Histology.choices]:
        assert f'<option value="{value}">{title}</option>' in page
    assert '<option value="">Histology not recorded</option>' in page
