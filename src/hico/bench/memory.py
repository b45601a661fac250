"""The memory settings of the workflow's stages, for the benchmarks too."""

import os
import sys

VARIABLE = "GLIBC_TUNABLES"
OF_STAGES = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1000000000000"
"""As hico-stage sets them for every stage."""


def start_as_a_stage() -> None:
    """Start this program again unless it has memory settings: glibc looks for them when a process starts."""
    if VARIABLE not in os.environ:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | {VARIABLE: OF_STAGES})
