"""From rendered files back to frames."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hico.video.media import open_video


def read(path: Path) -> NDArray[np.uint8]:
    """All frames of a file, (T, H, W, 3) uint8 RGB. Raises MediaError."""
    with open_video(str(path)) as (container, stream):
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(stream)])
