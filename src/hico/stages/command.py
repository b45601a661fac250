"""What every stage's command line shares: clear errors and plain log lines."""

import argparse
import logging
import sys
from collections.abc import Callable
from typing import NoReturn

from hico.errors import HicoError
from hico.files import unusable


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


def leave(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(2)
