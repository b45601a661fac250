"""Contradictions between settings and videos that show only once the videos are known."""

import logging

import numpy as np
import pyarrow.compute as pc

from hico.config.training import Clip
from hico.data.videos import Videos
from hico.errors import ConfigError

LOG = logging.getLogger(__name__)
TOLERANCE_S = 0.5
"""A video of N frames lasts a little less than N frames of a clip."""


def refuse_long_clip(clip: Clip, videos: Videos, key: str) -> None:
    """Raises ConfigError when not a single video is as long as a clip; shorter ones are stretched over one."""
    longest = float(pc.max(videos.table["duration_s"]).as_py())
    if longest + TOLERANCE_S < clip.seconds:
        raise ConfigError(
            f"{key}.clip: a clip lasts {clip.seconds:.2f} s (frames x rate / 30), but the longest of {len(videos)} "
            f"videos lasts {longest:.2f} s; lower clip.frames or clip.rate"
        )


def refuse_lacking_labels(train: Videos, test: Videos, classes: int, key: str) -> None:
    """Raises ConfigError unless every video has a class, and there are several."""
    for subset, videos in (("training", train), ("testing", test)):
        unlabelled = int((videos.label_ids < 0).sum())
        if unlabelled:
            raise ConfigError(
                f"{key}.data: {unlabelled} of {len(videos)} {subset} videos have no label; name a data set of classes"
            )
    largest = int(max(train.label_ids.max(), test.label_ids.max()))
    if classes < 2 or largest >= classes:
        raise ConfigError(
            f"{key}.data: classes are numbered up to {largest}, but {classes} have a name; a data set needs at "
            "least 2, numbered from 0 without gaps"
        )
    unseen = np.setdiff1d(test.label_ids, train.label_ids)
    if len(unseen):
        LOG.warning("%s.data: %d of %d classes have test videos but no training video", key, len(unseen), classes)
