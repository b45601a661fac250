"""What the encodings in use leave of the frames."""

import numpy as np
import pytest

from hico.synthetic.quality import CLIPS, VIDEOS, measured, psnr, settings


def test_psnr_of_a_known_error() -> None:
    before = np.full((2, 4, 4, 3), 100, np.uint8)
    assert psnr(before, before + 5) == pytest.approx((10 * np.log10(255**2 / 25),) * 2)


@pytest.mark.parametrize(
    ("name", "jobs", "least"), [("x264, CRF 23", VIDEOS[:1], 35), ("MPEG-4, quantizer 3", CLIPS[:2], 34)]
)
def test_what_is_in_use_keeps_brightness(name: str, jobs: list, least: float) -> None:
    brightness, colors, _ = measured(settings()[name][0], jobs)
    assert brightness > least
    assert 25 < colors < brightness
