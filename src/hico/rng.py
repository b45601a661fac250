"""Random numbers as a function: counter-based, so no hidden state can drift.

The same (seed, purpose, epoch, sample) gives the same stream in any worker, process
or resumed run. The purpose separates uses ("order", "clips", "augment", ...).
"""

import zlib

import numpy as np


def rng(seed: int, purpose: str, epoch: int = 0, sample: int = 0) -> np.random.Generator:
    """A fresh Philox stream for one use of randomness.

    Raises ValueError if seed, epoch or sample is negative.
    """
    entropy = [seed, zlib.crc32(purpose.encode()), epoch, sample]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(entropy)))
