"""The contact sheet draws what is in the folder."""

from io import BytesIO
from pathlib import Path

from hico.synthetic.contact_sheet import contact_sheet


def test_sheet_has_rows_of_frames_and_strips_of_classes(tiny_dir: Path) -> None:
    figure = contact_sheet(tiny_dir)
    pictures = [axes for axes in figure.axes if axes.images]
    assert len(pictures) == 2 + 18
    words = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert words & {"shake", "bounce", "spin"}
    figure.savefig(BytesIO(), format="png", dpi=30)
