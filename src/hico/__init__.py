"""hico: self-supervised video pre-training on untrimmed videos (HiCo, CVPR 2022)."""

__version__ = "0.1.0"
