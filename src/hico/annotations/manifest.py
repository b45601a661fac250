"""The manifest: one table of annotations, whatever the data set."""

from collections.abc import Iterator
from itertools import islice

import pandas as pd

from hico.annotations import folder, hacs_clips, hmdb51, kinetics, path_list, pieces, segments, ucf101
from hico.annotations.entry import Entry, Reader
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet
from hico.config.outside import fetch_function, is_outside
from hico.errors import AnnotationError

COLUMNS = {
    "dataset": "str",
    "split": "int64",
    "subset": "str",
    "video_id": "str",
    "path": "str",
    "label": "str",
    "label_id": "int64",
    "start_s": "float64",
    "end_s": "float64",
}
READERS: dict[str, Reader] = {
    "hacs_segments": segments.read,
    "activitynet": segments.read,
    "hacs_clips": hacs_clips.read,
    "kinetics": kinetics.read_trimmed,
    "kinetics_untrimmed": kinetics.read_untrimmed,
    "ucf101": ucf101.read,
    "hmdb51": hmdb51.read,
    "path_list": path_list.read,
    "pieces": pieces.read,
    "folder": folder.read,
}
_CHUNK = 50_000  # rows that are held as Python objects at a time


def parse(key: str, dataset: DataSet) -> pd.DataFrame:
    """The manifest of one data set, one row an annotation, in the order of its files.

    Columns: `dataset` (the key), `split` (1 to 3; 0 where the set has none), `subset` (training, validation, testing),
    `video_id`, `path` (null when the file is missing), `label`, `label_id` (from 0, in the official order where there
    is one, else sorted; -1: none), `start_s`, `end_s` (seconds in the file; null: all of it). Where videos are stored
    in pieces, also `pieces`: lists of `path` (null when missing), `start_ms`, `end_ms`.
    Raises AnnotationError: malformed files, ids that leave the root, no video listed, or none of them found.
    """
    try:
        if not dataset.annotations and dataset.needs_annotations:
            raise AnnotationError(f"kind {dataset.kind} needs `annotations`; name its official files")
        videos = VideoFiles.scan(dataset.root)
        table = _table(_reader(dataset.kind)(dataset, videos))
        _check(table, dataset, videos)
    except AnnotationError as error:
        raise AnnotationError(f"data.{key}: {error}") from error
    table["dataset"] = key
    return table.astype(COLUMNS)[[*COLUMNS, *(["pieces"] if "pieces" in table else [])]]


def _reader(kind: str) -> Reader:
    reader: Reader = fetch_function(kind) if is_outside(kind) else READERS[kind]
    return reader


def _table(entries: Iterator[Entry]) -> pd.DataFrame:
    kinds = {name: kind for name, kind in COLUMNS.items() if name in Entry._fields}
    chunks = [pd.DataFrame(columns=Entry._fields).astype(kinds)]
    while chunk := list(islice(entries, _CHUNK)):
        chunks.append(pd.DataFrame(chunk, columns=Entry._fields).astype(kinds))
    table = pd.concat(chunks, ignore_index=True)
    if (table["label_id"] < 0).all():
        table["label_id"] = pd.factorize(table["label"], sort=True)[0]
    if table["pieces"].isna().all():
        return table.drop(columns="pieces")
    table["pieces"] = [[piece._asdict() for piece in pieces] for pieces in table["pieces"]]
    return table


def _check(table: pd.DataFrame, dataset: DataSet, videos: VideoFiles) -> None:
    if table.empty:
        raise AnnotationError(f"{', '.join(map(str, dataset.annotations))}: no video is listed; is it the right file?")
    files = table[["video_id", "path"]].dropna().drop_duplicates()
    if files.empty:
        raise AnnotationError(_none_found(table["video_id"].nunique(), videos))
    for column, problem in (("path", "one file for two video ids"), ("video_id", "two files for one video id")):
        doubled = files[files.duplicated(column, keep=False)].sort_values(column, kind="stable").head(2)
        if len(doubled):
            names = " and ".join(f"{row.video_id} ({row.path})" for row in doubled.itertuples())
            raise AnnotationError(f"{problem}: {names}; rename or remove one")


def _none_found(listed: int, videos: VideoFiles) -> str:
    there = videos.relative_paths
    instead = f"{len(there):,} other video files are there, such as {there[0]}" if there else "no video file is there"
    return (
        f"none of the {listed:,} listed videos was found under {videos.root}; looked for e.g. "
        f"{videos.first_missed} ({instead}); correct `root`"
    )
