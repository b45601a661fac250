"""What the command lines of stages share: clear errors, plain log lines, and common arguments."""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from hico.errors import HicoError
from hico.files import unusable

MINUTES = "HICO_CHECKPOINT_MINUTES"
TENSORBOARD = "HICO_TENSORBOARD"
"""Environment variables, which reach the stages of a workflow without a change of their commands."""


def run(main: Callable[[], None]) -> None:
    """Run a stage; an error that is expected, or that names its file, becomes one message and exit code 2."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        main()
    except HicoError as error:
        leave(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        leave(unusable(error))
    except KeyboardInterrupt:
        sys.exit(130)


def count(text: str) -> int:
    """Type of an argument: a whole number from 0 that 32 bits hold."""
    if not (text.isascii() and text.isdigit() and int(text) < 2**32):
        raise argparse.ArgumentTypeError(f"needs a whole number from 0 (given: {text!r:.80})")
    return int(text)


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """`--checkpoint-minutes` and `--tensorboard`, which no result depends on."""
    parser.add_argument(
        "--checkpoint-minutes",
        type=minutes,
        default=os.environ.get(MINUTES, "10"),
        help=f"at most this much work is lost (default: 10); also by the environment variable {MINUTES}",
    )
    parser.add_argument(
        "--tensorboard",
        action=argparse.BooleanOptionalAction,
        default=bool(os.environ.get(TENSORBOARD)),
        help=f"write event files to --out-dir/tensorboard; also by the environment variable {TENSORBOARD}=1",
    )


def minutes(text: str) -> float:
    """Type of an argument: from 0 to a year. A default from the environment is checked like any other."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 527_040:
        raise argparse.ArgumentTypeError(f"needs a number of minutes (given: {text!r:.80}); see also {MINUTES}")
    return value


def leave(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(2)
