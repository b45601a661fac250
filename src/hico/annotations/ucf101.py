"""UCF101: `classInd.txt`, and `trainlist0N.txt`, `testlist0N.txt` for splits 1 to 3; videos `ROOT/Class/NAME.avi`."""

import re
from collections.abc import Iterator
from pathlib import Path

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.split_files import required, split_files
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet

_LINE = re.compile(r"(?P<path>\S.*?)(\s+(?P<number>\d+))?")
_MOST_CLASSES = 100_000


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """Training then test videos of every split of `dataset.splits`. Raises AnnotationError."""
    files = split_files(dataset.annotations)
    label_ids = _classes(required(files, "classInd.txt"))
    for split in dataset.splits:
        seen: set[str] = set()
        for name, subset in (("trainlist", "training"), ("testlist", "testing")):
            source = TextSource(required(files, f"{name}{split:02d}.txt"))
            for text in source.lines():
                relative, label = _video(text, subset, label_ids, source)
                if relative in seen:
                    raise source.error(f"listed twice in split {split}", relative, "remove one of the two")
                seen.add(relative)
                video_id = Path(relative).stem
                path = videos.at(relative)
                yield Entry(video_id, path, subset, label, split=split, label_id=label_ids[label])


def _classes(path: Path) -> dict[str, int]:
    """Label ids from 0 by class name, in the official order."""
    source = TextSource(path)
    label_ids: dict[str, int] = {}
    for text in source.lines():
        number, _, name = text.strip().partition(" ")
        label = fields.label(name.strip(), source)
        if fields.whole(number, source, _MOST_CLASSES) != len(label_ids) + 1 or label in label_ids:
            raise source.error(f"expected `{len(label_ids) + 1} CLASS`, classes numbered from 1 and named once", text)
        label_ids[label] = len(label_ids)
    return label_ids


def _video(text: str, subset: str, label_ids: dict[str, int], source: TextSource) -> tuple[str, str]:
    """(relative path, class) of one line: `Class/NAME.avi NUMBER` in training, `Class/NAME.avi` in testing."""
    match = _LINE.fullmatch(text.strip())
    if match is None or (subset == "training" and not match["number"]):
        raise source.error("expected `Class/NAME.avi`, in training lists with the number of the class", text)
    relative, number = fields.relative_path(match["path"], source), match["number"]
    label = relative.rpartition("/")[0]
    if label not in label_ids:
        raise source.error("expected `Class/NAME.avi` with a class of classInd.txt", text)
    if number and fields.whole(number, source, _MOST_CLASSES) != label_ids[label] + 1:
        raise source.error(f"classInd.txt gives {label} the number {label_ids[label] + 1}", number)
    return relative, label
