"""Reading rendered files back."""

from pathlib import Path

import numpy as np
import pytest

from hico.errors import MediaError
from hico.synthetic.codec import TRIMMED, UNTRIMMED, Encoding, read_video, write_video


@pytest.mark.parametrize("encoding", [UNTRIMMED, TRIMMED], ids=["mp4", "avi"])
def test_frames_come_back_in_order(tmp_path: Path, encoding: Encoding) -> None:
    frames = np.repeat(np.arange(0, 250, 10, dtype=np.uint8), 8 * 6 * 3).reshape(-1, 8, 6, 3)
    write_video(tmp_path / "video", frames, encoding)
    assert np.abs(read_video(tmp_path / "video").astype(int) - frames).max() <= 8


def test_a_script_that_names_other_files_is_no_video(tmp_path: Path) -> None:
    write_video(tmp_path / "video.avi", np.zeros((3, 8, 8, 3), np.uint8), TRIMMED)
    (tmp_path / "script.avi").write_text("ffconcat version 1.0\nfile video.avi\n")
    with pytest.raises(MediaError, match=r"script\.avi: cannot be read"):
        read_video(tmp_path / "script.avi")
