"""All measured runs as tables: recognition and retrieval, each run and the summary over splits and seeds.

Writes {recognition,retrieval,recognition_summary,retrieval_summary}.{csv,md,tex,html} to --out-dir. The same runs
give the same bytes, in whatever order they are named.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hico.files import write_csv, write_text
from hico.report import latex, markdown, page
from hico.report.experiments import read_experiments
from hico.report.frames import run_frame, summary_frame
from hico.report.runs import Run, read_runs, renamed
from hico.report.summary import summarize
from hico.report.table import Table
from hico.report.tables import paper_table, run_table, summary_table
from hico.stages import measured
from hico.stages.command import run

RENDERERS = {"md": markdown.render, "tex": latex.render, "html": page.render}


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", help="what tables call experiments: JSON as figures take it; default: keys")
    measured.add_arguments(parser)
    parser.add_argument("--out-dir", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    looks = read_experiments(args.experiments) if args.experiments else {}
    runs = renamed(read_runs(args.metrics), {experiment: look.title for experiment, look in looks.items()})
    for name, title, recall in (("recognition", "Action recognition", False), ("retrieval", "Video retrieval", True)):
        chosen = [run for run in runs if (run.protocol == "retrieval") == recall]
        write_tables(args.out_dir, name, title, chosen, recall)


def write_tables(out: Path, name: str, title: str, runs: Sequence[Run], recall: bool) -> None:
    """Both tables of one kind, in every format; the paper's rows close the summary."""
    summaries = summarize(runs)
    write_formats(out, name, title, run_frame(runs, recall), run_table(runs, recall))
    summary = summary_table(summaries, recall)
    write_formats(out, f"{name}_summary", title, summary_frame(summaries, recall), summary, paper_table(recall))


def write_formats(out: Path, name: str, title: str, frame: pd.DataFrame, *tables: Table) -> None:
    """One set of tables as data, Markdown, LaTeX and a page."""
    write_csv(out / f"{name}.csv", frame)
    for ending, render in RENDERERS.items():
        write_text(out / f"{name}.{ending}", render(title, tables))


if __name__ == "__main__":
    run(main)
