"""HACS Segments and ActivityNet: one JSON file, segments of untrimmed videos.

`{"database": {ID: {"subset": ..., "duration": "92.16", "annotations": [{"label": ..., "segment": [s, e]}]}}}`;
videos lie as `ROOT/CLASS/v_ID.*`, `ROOT/v_ID.*` or `ROOT/ID.*`.
"""

from collections.abc import Iterator
from typing import Any

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import JsonSource
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """Entries of every segment; a video without segments is one entry. Raises AnnotationError."""
    seen: set[str] = set()
    for path in dataset.annotations:
        source = JsonSource(path)
        for video_id, facts in _database(source).items():
            source.key = video_id
            if video_id in seen:
                raise source.error("listed in an earlier file too", video_id, "list each video once")
            seen.add(video_id)
            yield from _entries(video_id, facts, videos, source)


def lengths(dataset: DataSet) -> Iterator[float]:
    """Stated duration of every video in s, 0 where it is left out. Raises AnnotationError."""
    for path in dataset.annotations:
        source = JsonSource(path)
        for video_id, facts in _database(source).items():
            source.key = video_id
            yield _duration(facts, source)


def _database(source: JsonSource) -> dict[str, Any]:
    content = source.load()
    database = content.get("database") if isinstance(content, dict) else None
    if not isinstance(database, dict):
        raise source.error('needs an object {"database": {…}}', remedy="is it the official file?")
    return database


def _entries(video_id: str, facts: Any, videos: VideoFiles, source: JsonSource) -> Iterator[Entry]:
    fields.identifier(video_id, source)
    _duration(facts, source)
    subset = fields.subset(facts.get("subset"), source)
    path = videos.named(f"v_{video_id}", video_id)
    for annotation in facts["annotations"]:
        yield Entry(video_id, path, subset, *_segment(annotation, source))
    if not facts["annotations"]:
        yield Entry(video_id, path, subset, None)


def _duration(facts: Any, source: JsonSource) -> float:
    if not isinstance(facts, dict) or not isinstance(facts.get("annotations"), list):
        raise source.error("needs an object with `subset` and a list `annotations`", facts)
    seconds = fields.number(facts.get("duration", 0), source)
    if seconds < 0:
        raise source.error("negative duration", facts["duration"])
    return seconds


def _segment(annotation: Any, source: JsonSource) -> tuple[str, float, float]:
    """(label, start in s, end in s)."""
    segment = annotation.get("segment") if isinstance(annotation, dict) else None
    if not isinstance(segment, list) or len(segment) != 2:
        raise source.error('needs {"label": …, "segment": [start, end]}', annotation)
    return fields.label(annotation.get("label"), source), *fields.span(segment[0], segment[1], source)
