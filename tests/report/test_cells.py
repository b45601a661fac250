import pytest

from hico.report import cells


@pytest.mark.parametrize(("value", "text"), [(1, "100 %"), (0.99997, "99.9 %"), (0.81, "81 %"), (0.8119, "81.1 %")])
def test_only_a_complete_set_reads_as_complete(value, text):
    assert cells.share(value) == text


@pytest.mark.parametrize(("value", "text"), [(1.0, "1.0000"), (0.99999, "0.9999"), (0.81, "0.8100"), (None, "")])
def test_share_in_data_files(value, text):
    assert cells.share_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.44, "+0.4"), (-1.25, "\N{MINUS SIGN}1.2"), (-0.04, "0.0"), (None, "\N{EN DASH}")]
)
def test_signed(value, text):
    assert cells.signed(value) == text


def test_spans_and_spreads():
    assert cells.span([3783, 3783], ",") == "3,783"
    assert cells.span([3783, 3696]) == "3696\N{EN DASH}3783"
    assert cells.mean_and_spread(61.24, None) == "61.2"
    assert cells.mean_and_spread(61.24, 1.27) == "61.2 ± 1.3"


def test_intervals_end_where_shares_end():
    assert cells.interval(50, 4.25) == "45.8 to 54.2"
    assert cells.interval(9.6, 16.5) == "0.0 to 26.1"
    assert cells.bounds(95, 10) == (85, 100)
