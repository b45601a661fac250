"""Annotations, empty files and index shards of as many videos as wanted: all that is large but the media."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hico.config.data import DataSet
from hico.video.record import OK, Video
from hico.video.table import shard, to_table, write_index

FPS, STEP = 30, 512
UNEVEN = 50
"""One video in so many has a stamp for each frame."""
FOLDER = 1000
"""Files a folder."""


def data_set(folder: Path, videos: int) -> DataSet:
    """Untrimmed Kinetics: its list, and a file of no bytes for each video."""
    rows = ["label,youtube_id,time_start,time_end,split"]
    for number, name in enumerate(names(videos)):
        path = folder / "videos" / f"{number // FOLDER:04d}" / f"{name}.mp4"
        if number % FOLDER == 0:
            path.parent.mkdir(parents=True)
        path.touch()
        rows.append(f"class {number % 400},{name},{number % 90},{number % 90 + 10},train")
    (folder / "train.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return DataSet(kind="kinetics_untrimmed", root=folder / "videos", annotations=[folder / "train.csv"])


def names(videos: int) -> Iterator[str]:
    return (f"video{number:06d}" for number in range(videos))


def shards(folder: Path, videos: int, count: int) -> list[Path]:
    """Index tables as the probing jobs leave them: some minutes a video, a key frame every 4 s or so."""
    all_names = [(name, None) for name in names(videos)]
    generator = np.random.default_rng(0)
    files = [folder / f"{number}.parquet" for number in range(count)]
    for number, file in enumerate(files):
        write_index(file, to_table(_video(name, folder, generator) for name, _ in shard(all_names, number, count)))
    return files


def _video(name: str, folder: Path, generator: np.random.Generator) -> Video:
    number = int(name.removeprefix("video"))
    frames = int(generator.integers(10 * FPS, 10 * 60 * FPS))
    stamps = STEP * np.arange(frames, dtype=np.int64)
    uneven = number % UNEVEN == 0
    if uneven:
        stamps = stamps + generator.integers(0, STEP // 2, frames)
    return Video(
        name,
        str(folder / "videos" / f"{number // FOLDER:04d}" / f"{name}.mp4"),
        OK,
        duration_s=frames / FPS,
        frames=frames,
        fps=FPS,
        width=340,
        height=256,
        codec="h264",
        container="mp4",
        size_bytes=1_000 * frames,
        time_base_den=FPS * STEP,
        start_pts=int(stamps[0]),
        pts_step=0 if uneven else STEP,
        pts=stamps if uneven else None,
        key_pts=stamps[np.cumsum(generator.integers(4, 9 * FPS, frames // (4 * FPS))).clip(max=frames - 1)],
    )
