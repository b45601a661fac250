"""Nearest neighbors: 5,000 queries among 10,000 videos."""

import argparse

import torch

from hico.bench.timing import Line, rates, taking_turns
from hico.evaluation import nearest_neighbors


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queries", type=int, default=5000)
    parser.add_argument("--gallery", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=1024)


def lines(args: argparse.Namespace) -> list[Line]:
    generator = torch.Generator().manual_seed(0)
    queries = torch.randn(args.queries, args.width, generator=generator)
    gallery = torch.randn(args.gallery, args.width, generator=generator)
    contenders = {
        "retrieval, naive (full sort)": lambda: (queries @ gallery.T).sort(dim=1, descending=True, stable=True),
        "retrieval (exact top 50)": lambda: nearest_neighbors(queries, gallery, 50),
    }
    return rates(taking_turns(contenders, args.repetitions), args.queries, "queries/s", next(iter(contenders)))
