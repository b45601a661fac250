"""What every stage's command line shares: clear errors and plain log lines."""

import logging
import sys
from collections.abc import Callable

from hico.errors import HicoError


def run(main: Callable[[], None]) -> None:
    """Run a stage; an expected error becomes one message on stderr and exit code 2."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        main()
    except HicoError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
