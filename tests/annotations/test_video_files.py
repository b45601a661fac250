"""Video files below a root: names, extensions, links."""

import os
from pathlib import Path

import pytest

from hico.annotations.videos import VideoFiles
from hico.errors import AnnotationError


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_only_video_files_sorted(tmp_path: Path) -> None:
    touch(tmp_path, "b.MP4", "a/x.webm", "a/x.txt", ".hidden/y.mp4", "._b.mp4", "c.avi.part", "it's\n$(odd).mov")
    (tmp_path / "folder.mp4").mkdir()
    os.mkfifo(tmp_path / "pipe.mp4")
    assert VideoFiles.scan(tmp_path).relative_paths == ["a/x.webm", "b.MP4", "it's\n$(odd).mov"]


def test_one_listing_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, *(f"{folder}/{number}.mp4" for folder in "abc" for number in range(20)))
    calls = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: calls.append(path) or scandir(path))
    monkeypatch.setattr(os.path, "exists", None)
    videos = VideoFiles.scan(tmp_path)
    assert len(videos.relative_paths) == 60
    assert len(calls) == 4
    assert videos.named("19") == str(tmp_path / "a/19.mp4")


def test_paths_are_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "v/x.mp4")
    monkeypatch.chdir(tmp_path)
    assert VideoFiles.scan(Path()).at("v/x.mp4") == "v/x.mp4"
    assert VideoFiles.scan(Path("../") / tmp_path.name).at("v/x.mp4") == f"../{tmp_path.name}/v/x.mp4"
    assert VideoFiles.scan(Path("v")).named("x") == "v/x.mp4"


def test_a_listed_video_may_have_another_extension(tmp_path: Path) -> None:
    touch(tmp_path, "c/one.mkv", "c/one.mp4", "c/two.webm", "c/two.mov", "three.WEBM", "c/one.avi", "c/two.3gp")
    videos = VideoFiles.scan(tmp_path)
    assert videos.at("c/one.avi") == str(tmp_path / "c/one.avi")
    assert videos.at("c/one.mov") == str(tmp_path / "c/one.mp4")
    assert videos.at("c/two.avi") == str(tmp_path / "c/two.webm")
    assert videos.at("three") == str(tmp_path / "three.WEBM")
    assert videos.at("one.avi") is None
    assert videos.first_missed == "one.avi"


def test_names_in_any_folder(tmp_path: Path) -> None:
    touch(tmp_path, "B/v_x.mp4", "A/v_x.mp4", "A/v_x.webm", "x.mp4", "deep/er/y.mp4", "z.part.mp4")
    videos = VideoFiles.scan(tmp_path)
    assert videos.named("v_x", "x") == str(tmp_path / "A/v_x.mp4")
    assert videos.named("v_y", "y") == str(tmp_path / "deep/er/y.mp4")
    assert videos.named("z.part") == str(tmp_path / "z.part.mp4")
    assert videos.named("v_z", "z") is None
    assert videos.first_missed == "v_z.mp4"


@pytest.mark.parametrize("name", ["outside.mp4", "outside"])
def test_links_that_leave_the_root_are_refused(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "root/fine.mp4", "elsewhere/x.mp4")
    (tmp_path / "root" / name).symlink_to("../elsewhere/x.mp4" if name.endswith(".mp4") else tmp_path / "elsewhere")
    with pytest.raises(AnnotationError, match=f"root/{name}: a symbolic link to .*elsewhere.*, outside the data root"):
        VideoFiles.scan(tmp_path / "root")


def test_a_folder_whose_name_tables_cannot_hold(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/Caf\xe9"
    os.mkdir(folder)
    Path(os.fsdecode(folder), "v_a.mp4").touch()
    touch(tmp_path, "Ok/v_b.mp4")
    videos = VideoFiles.scan(tmp_path)
    assert videos.named("v_b") == str(tmp_path / "Ok/v_b.mp4")
    with pytest.raises(AnnotationError, match=r"Caf\\udce9/v_a.mp4': the file name is not UTF-8; rename the file or"):
        videos.named("v_a")


def test_a_neighbor_whose_name_begins_like_the_root_is_outside(tmp_path: Path) -> None:
    touch(tmp_path, "root/fine.mp4", "root2/x.mp4")
    (tmp_path / "root/x.mp4").symlink_to(tmp_path / "root2/x.mp4")
    with pytest.raises(AnnotationError, match="outside the data root"):
        VideoFiles.scan(tmp_path / "root")


def test_links_inside_the_root(tmp_path: Path) -> None:
    touch(tmp_path, "real/a/x.mp4")
    (tmp_path / "real/y.mp4").symlink_to("a/x.mp4")
    (tmp_path / "real/again").symlink_to("a")
    (tmp_path / "real/a/loop").symlink_to("..")
    (tmp_path / "real/gone.mp4").symlink_to("a/absent.mp4")
    (tmp_path / "root").symlink_to("real")
    assert VideoFiles.scan(tmp_path / "root").relative_paths == ["a/x.mp4", "y.mp4"]


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").symlink_to("x.mp4")
    with pytest.raises(AnnotationError, match=r"cannot be listed: .*x\.mp4"):
        VideoFiles.scan(tmp_path)


@pytest.mark.parametrize("name", ["absent", "file.mp4", "n" * 300])
def test_missing_root(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "file.mp4")
    with pytest.raises(AnnotationError, match=f"{name}: (no such folder of videos; correct `root`|cannot be listed)"):
        VideoFiles.scan(tmp_path / name)
