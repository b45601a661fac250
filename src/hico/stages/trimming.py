"""Methods x {trimmed, untrimmed}: what each reaches after pre-training on either kind of videos.

Writes trimming.{csv,md,tex,html} to --out-dir.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from hico.report.experiments import read_experiments
from hico.report.runs import read_runs, renamed
from hico.report.summary import summarize
from hico.report.trimming import trimming_frame, trimming_pairs, trimming_table
from hico.stages import measured
from hico.stages.command import run
from hico.stages.tables import write_formats


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", help="what tables call experiments: JSON as figures take it; default: keys")
    parser.add_argument("--trimmed", nargs="+", required=True, help="keys of experiments on trimmed videos")
    parser.add_argument("--untrimmed", nargs="+", required=True, help="keys of experiments on untrimmed videos")
    measured.add_arguments(parser)
    parser.add_argument("--out-dir", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    looks = read_experiments(args.experiments) if args.experiments else {}
    runs = renamed(read_runs(args.metrics), {experiment: look.title for experiment, look in looks.items()})
    pairs = list(trimming_pairs(summarize(runs), args.trimmed, args.untrimmed))
    title = "Trimmed and untrimmed videos"
    write_formats(args.out_dir, "trimming", title, trimming_frame(pairs), trimming_table(pairs))


if __name__ == "__main__":
    run(main)
