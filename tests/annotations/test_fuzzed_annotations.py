"""Whatever the bytes, a parser gives a manifest or raises AnnotationError."""

import contextlib
import json
import string
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hico.annotations.manifest import COLUMNS, parse
from hico.config.data import DataSet
from hico.errors import AnnotationError

SEGMENTS = (
    '{"database": {"x": {"subset": "training", "duration": "9.5", '
    '"annotations": [{"label": "A", "segment": [1, 2.5]}]}}}'
)
VALID = {
    "hacs_segments": {"s.json": SEGMENTS},
    "activitynet": {"s.json": SEGMENTS},
    "hacs_clips": {"c.csv": "classname,youtube_id,subset,start,end,label\nA,x,training,1,3.5,-1\nA,x,training,1,3,1\n"},
    "kinetics": {"k.csv": 'label,youtube_id,time_start,time_end,split\n"A, b",x,1,11,train\nA,y,0,10,val\n'},
    "kinetics_untrimmed": {"k.csv": "label,youtube_id,time_start,time_end,split\nA,x,1,11,train\nA,y,0,10,val\n"},
    "ucf101": {"trainlist01.txt": "A/x.mp4 1\nA/y.avi 1\n", "testlist01.txt": "A/z.avi\n", "classInd.txt": "1 A\n"},
    "hmdb51": {"A_test_split1.txt": "x.avi 1 \ny.avi 2 \nz.avi 0 \n"},
    "path_list": {"train.txt": "A/x.mp4 1\nb c/y.mp4 2\n"},
    "pieces": {"training.txt": "x,0,5000\nx,5000,10000\n"},
}
VIDEOS = ("A/x.mp4", "v_x_0_5000.mp4", "x_000001_000011.mp4")
KINDS = st.sampled_from(sorted(VALID))
PIECES = st.one_of(
    st.binary(max_size=8),
    st.text(max_size=8).map(str.encode),
    st.sampled_from(
        [b"\r", b"\n", b",", b'"', b" ", b"\0", b"../", b"nan", b"-1", b"1e999", b"\xef\xbb\xbf", b"{", b"9" * 400]
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda values: (
        st.lists(values, max_size=3)
        | st.dictionaries(
            st.sampled_from(["subset", "duration", "annotations", "label", "segment", "x"]), values, max_size=4
        )
    ),
    max_leaves=12,
)
FUZZ = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("videos")
    for name in VIDEOS:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    return root


def check(kind: str, files: dict[str, bytes], videos: Path) -> None:
    """Parse; a manifest must be whole, have only files below the root, and be writable."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        annotations = [Path(folder) / name for name in files]
        with contextlib.suppress(AnnotationError):
            table = parse("fuzz", DataSet(kind=kind, root=videos, annotations=annotations))
            assert list(table) == [*COLUMNS, *(["pieces"] if kind == "pieces" else [])]
            found = set(table["path"].dropna()) | set(_piece_paths(table))
            assert found <= {str(videos / name) for name in VIDEOS}
            assert not (table["end_s"] < table["start_s"]).any()
            assert len(table.to_parquet()) > 0


def _piece_paths(table: pd.DataFrame) -> list[str]:
    pieces = table["pieces"].explode() if "pieces" in table else []
    return [piece["path"] for piece in pieces if piece["path"] is not None]


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    return {name: content.encode() for name, content in files.items()}


@pytest.mark.parametrize("kind", sorted(VALID))
def test_the_files_are_valid_before_they_are_mutated(kind: str, videos: Path, tmp_path: Path) -> None:
    for name, content in VALID[kind].items():
        (tmp_path / name).write_text(content)
    dataset = DataSet(kind=kind, root=videos, annotations=[tmp_path / name for name in VALID[kind]])
    assert parse("fuzz", dataset)["path"].notna().any()


@FUZZ
@given(kind=KINDS, content=st.binary(max_size=200))
@example(kind="hacs_segments", content=b'{"database":' * 100_000)
def test_any_bytes(videos: Path, kind: str, content: bytes) -> None:
    files = encoded(VALID[kind])
    check(kind, {**files, min(files): content}, videos)


@FUZZ
@given(data=st.data(), kind=KINDS)
def test_mutated_files(videos: Path, kind: str, data: st.DataObject) -> None:
    files = encoded(VALID[kind])
    name = data.draw(st.sampled_from(sorted(files)))
    content = files[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 6)))
        content = content[:start] + data.draw(PIECES) + content[end:]
    check(kind, {**files, name: content}, videos)


@FUZZ
@given(value=JSON)
def test_any_json(videos: Path, value: object) -> None:
    for content in (value, {"database": value}, {"database": {"x": value}}):
        check("hacs_segments", {"s.json": json.dumps(content).encode()}, videos)


@FUZZ
@given(kind=st.sampled_from(["hacs_clips", "kinetics"]), rows=st.lists(st.lists(st.text(string.printable, max_size=6))))
def test_any_cells(videos: Path, kind: str, rows: list[list[str]]) -> None:
    [(name, content)] = VALID[kind].items()
    table = content + "\n".join(",".join(row) for row in rows)
    check(kind, {name: table.encode()}, videos)
