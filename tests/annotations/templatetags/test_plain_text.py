import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from annotations.templatetags.plain_text import text_blocks


def test_headings_lists_steps_and_paragraphs_are_told_apart():
    text = "# What\nLabel vessels.\nAll of them.\n\n- not skin\n- not clips\n  of metal\n\n1. Look\n2. Draw"

    assert [(block.kind, block.lines) for block in text_blocks(text)] == [
        ("heading", ["What"]),
        ("paragraph", ["Label vessels.", "All of them."]),
        ("list", ["not skin", "not clips of metal"]),
        ("steps", ["Look", "Draw"]),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_nothing_has_no_block(text):
    assert text_blocks(text) == []


@given(text=st.text(alphabet="ab #-1.\n", max_size=60))
def test_no_word_is_lost(text):
    letters = [character for character in text if character in "ab"]

    shown = "".join("".join(block.lines) for block in text_blocks(text))

    assert [character for character in shown if character in "ab"] == letters


def test_markup_in_a_text_is_shown_and_not_taken():
    page = render_to_string("plain_text.html", {"text": "- <script>alert(1)</script>\n\n<b>bold</b>"})

    assert "<script>" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
