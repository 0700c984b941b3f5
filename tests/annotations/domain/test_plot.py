"""Where things stand on a plot: within its frame, in order, and readable by round numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.domain.plot.axis import scale_around
from annotations.domain.plot.bland_altman import bland_altman_plot
from annotations.domain.plot.case import MOST_POINTS, Case
from annotations.domain.plot.forest import ForestRow, forest_plot
from annotations.domain.plot.matrix import MatrixFigure, matrix_plot
from annotations.domain.plot.over_time import TimeFigure, time_plot
from annotations.domain.plot.scatter import scatter_plot

numbers = st.floats(-1e4, 1e4).map(lambda number: round(number, 3))
NOTHING = (None, None, None)


def make_case(first, second):
    return Case(name="P-1 LCC", first=first, second=second, reference="a", candidate="b")


@given(st.lists(numbers, min_size=1, max_size=20))
def test_a_scale_holds_its_values_and_reads_by_a_few_round_numbers(values):
    scale = scale_around(values, start=0, end=500)

    assert all(-0.01 <= scale(value) <= 500.01 for value in values)
    assert 2 <= len(scale.ticks()) <= 8
    assert [tick.position for tick in scale.ticks()] == sorted(tick.position for tick in scale.ticks())


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), max_size=30))
def test_every_case_stands_inside_the_frame(pairs):
    cases = [make_case(*pair) for pair in pairs]

    for plot in (
        bland_altman_plot(cases, bias=(1.0, -2.0, 4.0), lower=NOTHING, upper=NOTHING, unit="mm"),
        scatter_plot(cases, unit="mm"),
    ):
        assert len(plot.points) == len(cases)
        for point in plot.points:
            assert plot.left - 0.1 <= point.x <= plot.right + 0.1
            assert plot.top - 0.1 <= point.y <= plot.bottom + 0.1


def test_too_many_cases_keep_those_that_differ_most_and_say_how_many_are_not_drawn():
    cases = [make_case(10.0, 10.0 + number) for number in range(MOST_POINTS + 100)]

    plot = bland_altman_plot(cases, bias=NOTHING, lower=NOTHING, upper=NOTHING, unit="mm")

    assert (len(plot.points), plot.hidden) == (MOST_POINTS, 100)
    assert max(point.case.second for point in plot.points) == 10.0 + MOST_POINTS + 99


def test_a_row_without_a_value_has_no_mark():
    rows = [
        ForestRow(name="A", value=0.5, low=0.25, high=0.75),
        ForestRow(name="B", value=None, low=None, high=None, reason="too few"),
    ]

    first, second = forest_plot(rows, low=0.0, high=1.0).marks

    assert (first.x, first.left, first.width) == ((256 + 548) / 2, 329.0, 146.0)
    assert (second.x, second.left, second.row.reason) == (None, None, "too few")


def test_each_pair_stands_on_both_sides_of_the_matrix():
    figure = MatrixFigure(value=0.8, n_images=9, address="?pair=a,b", is_chosen=True)

    cells = matrix_plot(["a", "b", "c"], {("a", "b"): figure}).cells

    assert [(cell.row, cell.column) for cell in cells] == [("a", "b"), ("b", "a")]


@pytest.mark.parametrize("days", [[], [1], [1, 8, 15]])
def test_weeks_stand_in_their_order(days):
    figures = [TimeFigure(day=date(2026, 6, day), value=0.5, low=None, high=None, n_images=3) for day in days]

    marks = time_plot(figures).marks

    assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
    assert len(marks) == len(days)
