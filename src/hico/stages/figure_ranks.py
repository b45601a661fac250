"""Retrieval: R@k over k, of all experiments and retrieval tasks.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence

from hico.errors import ReportError
from hico.report.experiments import read_experiments
from hico.report.figures import ranks, style
from hico.report.summary import summarise
from hico.stages import figure, measured
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    figure.add_experiments(parser)
    measured.add_arguments(parser)
    args = parser.parse_args(argv)
    looks = read_experiments(args.experiments)
    summaries = summarise(run for run in measured.runs(args) if run.protocol == "retrieval")
    if not summaries:
        raise ReportError("--metrics: no retrieval run is named; name the metrics.json files of retrieval runs")
    style.write(args.out, lambda: ranks.draw(summaries, looks))


if __name__ == "__main__":
    run(main)
