"""Official annotation files of every data set, read into one manifest table."""

from hico.annotations.manifest import COLUMNS, parse

__all__ = ["COLUMNS", "parse"]
