"""Every error that the package raises on purpose: one tree, one message form.

A message names what (file, row or key), what was wrong, and what to do.
"""


class HicoError(Exception):
    """Root of the tree; the command line prints it without a traceback and exits with 2."""


class ConfigError(HicoError):
    """A configuration key is unknown, out of range, or contradicts another."""


class AnnotationError(HicoError):
    """An annotation file is missing, malformed, or names something that cannot be."""


class MediaError(HicoError):
    """A video cannot be opened or decoded, or too many of a data set cannot."""


class WeightsError(HicoError):
    """A weights file is truncated, foreign, or belongs to another network."""


class CheckpointError(HicoError):
    """A training checkpoint is unusable or belongs to another run."""


class RunLockedError(HicoError):
    """Another live process is writing this run."""


class TrainingError(HicoError):
    """Training cannot go on: a loss that is not finite, no usable data, a dead worker."""


class InputError(HicoError):
    """A table that another stage writes is missing, damaged, or none of that stage's."""


class OutputError(HicoError):
    """A result cannot be written: the disk is full, or its folder takes no files."""


class ReportError(HicoError):
    """A result file that a table or figure needs is missing, foreign or contradicts another."""
