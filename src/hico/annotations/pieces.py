"""Long videos cut into pieces by hand: lines `ID,start_ms,end_ms`, files `v_ID_START_END.*`.

A piece is a video of its own, `ID_START_END`. A file's name tells its subset, as for plain lists.
"""

from collections.abc import Iterator

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet

_LONGEST_MS = 1000 * 1_000_000


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a piece, without times: the file is the piece. Raises AnnotationError."""
    seen: set[str] = set()
    for file in dataset.annotations:
        source = TextSource(file)
        subset = fields.subset_of_name(source)
        for text in source.lines():
            piece = _piece(text, source)
            if piece in seen:
                raise source.error("listed twice", piece, "remove one of the two")
            seen.add(piece)
            yield Entry(piece, videos.named(f"v_{piece}"), subset, None)


def _piece(text: str, source: TextSource) -> str:
    """`ID_START_END`, as the file is named."""
    parts = [part.strip() for part in text.rsplit(",", 2)]
    if len(parts) != 3:
        raise source.error("expected `ID,start_ms,end_ms`", text)
    start_ms, end_ms = (fields.whole(part, source, _LONGEST_MS) for part in parts[1:])
    if end_ms <= start_ms:
        raise source.error("ends before it starts", text)
    return f"{fields.identifier(parts[0], source)}_{parts[1]}_{parts[2]}"
