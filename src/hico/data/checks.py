"""Checks of settings against videos, which need the videos that an index found."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from hico.config.training import Clip
from hico.data.videos import Videos
from hico.errors import ConfigError
from hico.files import reading

LOG = logging.getLogger(__name__)


def check_clip_length(clip: Clip, videos: Videos, key: str) -> None:
    """Raises ConfigError when not a single video is as long as a clip."""
    clip.refuse_shorter(float(pc.max(videos.table["duration_s"]).as_py()), f"{len(videos)} videos", key)


def check_whole_videos(manifest: Path, key: str) -> None:
    """Raises ConfigError where annotations have times: tasks take whole videos.

    Kinds of annotation that always have times are refused earlier, when the configuration is checked.
    """
    with reading(manifest):
        rows = pd.read_parquet(manifest, columns=["video_id", "start_s", "end_s"])
    timed = rows[rows[["start_s", "end_s"]].notna().any(axis=1)]
    if len(timed):
        first = timed.iloc[0]
        raise ConfigError(
            f"{key}.data: {len(timed)} of {len(rows)} labels are of parts of a video, such as that of "
            f"{first.video_id} from {first.start_s:g} to {first.end_s:g} s, and tasks take whole videos; leave out "
            "start_s and end_s where an annotation is the whole file"
        )


def check_labels(train: Videos, test: Videos, classes: int, key: str) -> None:
    """Raises ConfigError unless every video has a class, and there are several."""
    for subset, videos in (("training", train), ("testing", test)):
        unlabeled = int((videos.label_ids < 0).sum())
        if unlabeled:
            raise ConfigError(
                f"{key}.data: {unlabeled} of {len(videos)} {subset} videos have no label; name a data set of classes"
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
