from xml.etree import ElementTree

import numpy as np
import pytest

from hico.errors import ReportError
from hico.report.figures import method, style


def test_writes_both_forms_and_the_same_bytes_again(tmp_path):
    for name in ("a", "b"):
        style.write(tmp_path / f"{name}.svg", method.draw)
    svg = (tmp_path / "a.svg").read_bytes()
    assert svg == (tmp_path / "b.svg").read_bytes()
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert b"dc:date" not in svg
    assert ElementTree.fromstring(svg).tag.endswith("svg")


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(ReportError, match=r"a\.pdf: figures are written as \.svg"):
        style.write(tmp_path / "a.pdf", method.draw)
    assert list(tmp_path.iterdir()) == []


def test_long_headlines_and_notes_take_more_lines():
    figure = style.new_figure(3)
    style.headline(
        figure, "Which classes are taken for which: HiCo (short, 120 epochs), linear probe (adapt BN) on HMDB51"
    )
    style.footnote(figure, "Lines: mean over seeds. " * 10)
    figure.draw_without_rendering()
    for text in (figure.get_suptitle(), figure.get_supxlabel()):
        (shown,) = (one for one in figure.texts if one.get_text() == text)
        assert shown.get_window_extent().x1 <= figure.bbox.width


@pytest.mark.parametrize("count", [1, 2, 7, 30])
def test_spread_keeps_order_and_distance_and_moves_little(count):
    positions = sorted(np.random.default_rng(count).random(count))
    moved = style.spread(positions, 0.05)
    assert np.all(np.diff(moved) >= 0.05 - 1e-9)
    assert np.mean(moved) == pytest.approx(np.mean(positions))


def test_spread_leaves_what_is_far_apart():
    assert style.spread([0.1, 0.5, 0.9], 0.05) == [0.1, 0.5, 0.9]


def test_shortened():
    assert style.shortened("a b\n c", 10) == "a b c"
    assert style.shortened("abcdef", 4) == "abc\N{HORIZONTAL ELLIPSIS}"
