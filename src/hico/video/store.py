"""The optional store: small copies of videos with short GOPs and no sound, from which clips come fast."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from hico.config.data import Store
from hico.errors import MediaError
from hico.files import replacing
from hico.video.media import explain
from hico.video.probe import probe
from hico.video.reader import Reader
from hico.video.record import OK, Video

# Made for being read: no deblocking, no CABAC, and three of four frames that can be left out when nothing wants them.
# Without the macroblock tree: on small frames it reads memory that nobody wrote, and the bytes vary by chance.
ENCODER = {"preset": "veryfast", "tune": "fastdecode"}
FRAMES = "min-keyint={0}:keyint={0}:scenecut=0:bframes=3:b-pyramid=0:b-adapt=0:mbtree=0:threads=1"
TURNS = {0: [], 90: ["transpose=clock"], 180: ["hflip", "vflip"], 270: ["transpose=cclock"]}


def store_path(folder: Path, video: Video, settings: Store) -> Path:
    """Where the copy lies: named by what it is made of, so it is made once, and no id can lead out of the folder."""
    files = [fact for file in video.files for fact in (file.path, file.size_bytes)]
    made_of = json.dumps([*files, settings.model_dump(), ENCODER, FRAMES])
    name = hashlib.sha256(made_of.encode()).hexdigest()[:32]
    return folder / name[:2] / f"{name}.mp4"


def transcode(video: Video, out: Path, settings: Store) -> Video:
    """Write the copy, whole or not at all, unless a whole one is there that is no older. Returns its index row.

    Raises MediaError when not every indexed frame can be decoded. With no new rate, frames and times stay. The copy of
    a video that is stored in pieces is one file.
    """
    copy = probe(str(out), video.video_id) if _is_newer(out, video) else None
    if copy is None or copy.status != OK or (settings.fps is None and copy.frames != video.frames):
        _write(video, out, settings)
        copy = probe(str(out), video.video_id)
    if settings.fps is None and copy.status == OK:
        if copy.frames != video.frames:
            raise MediaError(f"{out}: {copy.frames} frames, not {video.frames} as its source; index the data set again")
        return replace(copy, fps=video.fps, duration_s=video.duration_s)
    return copy


def _is_newer(out: Path, video: Video) -> bool:
    """Whether the copy is there and no older than the video, which may have gone since."""
    if not out.exists():
        return False
    try:
        changed_ns = max(Path(str(file.path)).stat().st_mtime_ns for file in video.files)
    except OSError:
        return True
    return out.stat().st_mtime_ns >= changed_ns


def _write(video: Video, out: Path, settings: Store) -> None:
    try:
        with replacing(out) as temporary, av.open(str(temporary), "w") as container:
            container.metadata["comment"] = f"hico store {settings.model_dump_json()}"
            _encode(container, _scaled(_timed(video), video, settings), settings)
    except av.FFmpegError as error:
        raise MediaError(f"{video.path}: {explain(error)}") from error


def _timed(video: Video) -> Iterator[VideoFrame]:
    """All frames of all files, stamped from 0 in display order."""
    times = np.sort(video.stamps)
    frames = chain.from_iterable(map(_decoded, video.files))
    for frame, time in zip(frames, times - times[0], strict=True):
        frame.pts = int(time)
        frame.time_base = Fraction(video.time_base_num, video.time_base_den)
        yield frame


def _decoded(file: Video) -> Iterator[VideoFrame]:
    """All frames of one file. Raises MediaError unless it has as many as indexed."""
    number = 0
    try:
        with Reader(str(file.path)) as reader:
            for number, frame in enumerate(reader.from_start(), start=1):
                if frame.is_corrupt or number > file.frames:
                    break
                yield frame
            else:
                if number == file.frames:
                    return
    except av.FFmpegError as error:
        raise MediaError(f"{file.path}: {explain(error)}") from error
    raise MediaError(f"{file.path}: frame {number} of {file.frames}: damaged, or changed since indexing")


def _scaled(frames: Iterator[VideoFrame], video: Video, settings: Store) -> Iterator[VideoFrame]:
    """Upright, small, 8 bit, and at the wanted rate."""
    graph: Graph | None = None
    for frame in frames:
        graph = graph or _graph(frame, video, settings)
        graph.vpush(frame)
        yield from _pulled(graph)
    if graph is not None:
        graph.vpush(None)
        yield from _pulled(graph)


def _graph(frame: VideoFrame, video: Video, settings: Store) -> Graph:
    scale = settings.short_side / min(video.width, video.height)
    width, height = (max(round(side * scale / 2) * 2, 2) for side in (video.width, video.height))
    rate = [f"fps={settings.fps}"] if settings.fps else []
    steps = [*TURNS[video.rotation], f"scale={width}:{height}:flags=area", "format=yuv420p", *rate, "buffersink"]
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    graph.link_nodes(source, *(graph.add(*step.split("=", 1)) for step in steps))
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return


def _encode(container: OutputContainer, frames: Iterator[VideoFrame], settings: Store) -> None:
    stream: VideoStream | None = None
    for frame in frames:
        stream = stream or _add_stream(container, frame, settings)
        frame.pict_type = 0  # the encoder chooses
        container.mux(stream.encode(frame))
    if stream is not None:
        container.mux(stream.encode(None))


def _add_stream(container: OutputContainer, frame: VideoFrame, settings: Store) -> VideoStream:
    options = {**ENCODER, "crf": str(settings.crf), "x264-params": FRAMES.format(settings.gop)}
    stream = container.add_stream("libx264", rate=30, options=options)
    stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
    context = stream.codec_context
    context.color_range, context.colorspace = frame.color_range, frame.colorspace
    context.color_primaries, context.color_trc = frame.color_primaries, frame.color_trc
    context.time_base = Fraction(frame.time_base or 1)
    return stream
