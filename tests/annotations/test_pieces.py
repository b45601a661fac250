"""Whole videos that are stored in pieces: one row a video, however many files it has."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hico.annotations.manifest import parse
from hico.annotations.pieces import lengths
from hico.config.data import DataSet
from hico.errors import AnnotationError
from hico.stages import annotations
from hico.video.piece import Piece
from hico.video.table import read_pieces

MakeDataSet = Callable[..., DataSet]
README_EXAMPLE = {"--0edUL8zmA": 92_120, "--8jh-DkPK4": 220_420}
"""The two videos of the release's README and where they end in ms."""


def lines(video_id: str, end_ms: int) -> list[str]:
    """What the release's README lists for a video: pieces of 5 s, the last one shorter."""
    starts = range(0, end_ms, 5000)
    return [f"{video_id},{start:07d},{min(start + 5000, end_ms):07d}" for start in starts]


def files(listed: list[str]) -> list[str]:
    return [f"training/v_{line.replace(',', '_')}.mp4" for line in listed]


def test_the_example_of_the_release_is_two_videos(data_set: MakeDataSet, tmp_path: Path) -> None:
    listed = [line for video in README_EXAMPLE.items() for line in lines(*video)]
    assert (len(listed), listed[0], listed[18]) == (64, "--0edUL8zmA,0000000,0005000", "--0edUL8zmA,0090000,0092120")
    dataset = data_set("pieces", {"training.txt": "\n".join(listed)}, files(listed))
    table = parse("hacs", dataset)
    assert table["video_id"].tolist() == list(README_EXAMPLE)
    assert table["subset"].tolist() == ["training", "training"]
    assert table[["label", "start_s", "end_s"]].isna().all(axis=None)
    assert (table["label_id"] == -1).all()
    assert list(lengths(dataset)) == [92.12, 220.42]
    paths = [[piece["path"] for piece in pieces] for pieces in table["pieces"]]
    root = dataset.root
    assert paths == [[str(root / file) for file in files(lines(*video))] for video in README_EXAMPLE.items()]
    assert table["path"].tolist() == [video[0] for video in paths]
    table.to_parquet(tmp_path / "manifest.parquet")
    last = Piece(paths[1][-1], 220_000, 220_420)
    assert read_pieces(tmp_path / "manifest.parquet")["--8jh-DkPK4"][-1] == last


def test_ids_with_commas_lists_of_other_subsets_and_lines_that_alternate(data_set: MakeDataSet) -> None:
    lists = {"training.txt": "-x_1,0,5000\nodd,id,0,4999\n-x_1,5000,9000\n", "validation.txt": "y,0,10\n"}
    table = parse("cut", data_set("pieces", lists, ["a/v_-x_1_5000_9000.webm", "v_odd,id_0_4999.mkv"]))
    assert table["video_id"].tolist() == ["-x_1", "odd,id", "y"]
    assert table["subset"].tolist() == ["training", "training", "validation"]
    assert table["path"].notna().tolist() == [True, True, False]
    assert [piece["path"] is None for piece in table["pieces"][0]] == [True, False]
    assert table["path"][0] == table["pieces"][0][1]["path"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x 0 5000", "expected `ID,start_ms,end_ms`"),
        ("x,0.5,5000", r"not a whole number .*\(given: '0.5'\)"),
        ("x,-5,5000", r"not a whole number .*\(given: '-5'\)"),
        ("x,5000,5000", "ends before it starts"),
        ("x,5000,0", "ends before it starts"),
        ("../x,0,5000", "cannot be the name of a video"),
        ("good,0,5000", r"listed twice \(given: 'good,0,5000'\); remove one of the two"),
        ("good,00,5000", "listed twice"),
        ("good,5000,9000", "listed twice"),
        ("good,2000,3000", r"not in order of time \(given: 'good,2000,3000'\); sort"),
        ("good,8000,10000", "overlaps the piece before it, which ends at 9000 ms"),
        ("good,10000,15000", "a piece is missing, which begins at 9000 ms"),
        ("new,5000,10000", r"a piece is missing, which begins at 0 ms \(given: 'new,5000,10000'\); add it"),
    ],
)
def test_bad_lines_name_file_line_and_value_and_nothing_is_written(
    data_set: MakeDataSet, tmp_path: Path, line: str, message: str
) -> None:
    good = "good,0,5000\ngood,5000,9000\n"
    dataset = data_set("pieces", {"training.txt": f"{good}{line}\n"}, ["v_good_0_5000.mp4"])
    out = tmp_path / "manifest.parquet"
    with pytest.raises(AnnotationError, match=f"data.cut: .*training.txt:3: {message}"):
        annotations.main(["--key", "cut", "--settings", dataset.model_dump_json(), "--out", str(out)])
    assert not out.exists()


def test_one_video_in_two_lists(data_set: MakeDataSet) -> None:
    lists = {"training.txt": "x,0,5000\n", "validation.txt": "y,0,5000\nx,5000,9000\n"}
    with pytest.raises(AnnotationError, match=r"validation.txt:2: listed in an earlier file too \(given: 'x'\)"):
        parse("cut", data_set("pieces", lists, ["v_x_0_5000.mp4"]))
