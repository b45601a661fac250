"""The single official annotation files that a data set is read from."""

from pathlib import Path

from hico.config.data import DataSet


def annotation_files(dataset: DataSet) -> list[Path]:
    """The single files behind `annotations`; a folder stands for the files of its official splits."""
    return [file for given in dataset.annotations for file in single_files(given, dataset)]


def single_files(given: Path, dataset: DataSet) -> list[Path]:
    """The files that one entry of `annotations` stands for."""
    if dataset.kind == "ucf101" and given.suffix != ".txt":
        lists = [given / f"{part}list{split:02d}.txt" for split in dataset.splits for part in ("train", "test")]
        return [given / "classInd.txt", *lists]
    if dataset.kind == "hmdb51" and given.is_dir():
        return sorted(file for split in dataset.splits for file in given.glob(f"*_test_split{split}.txt"))
    return [given]
