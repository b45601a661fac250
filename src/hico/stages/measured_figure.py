"""What the figures of measured runs share: from metrics.json files to a drawn figure."""

from collections.abc import Callable, Mapping, Sequence

from matplotlib.figure import Figure

from hico.errors import ReportError
from hico.report.experiments import Look, read_experiments
from hico.report.figures import style
from hico.report.runs import read_runs
from hico.report.summary import Summary, summarize
from hico.stages import figure, measured

Draw = Callable[[Sequence[Summary], Mapping[str, Look]], Figure]


def main(description: str | None, draw: Draw, argv: Sequence[str] | None, protocol: str | None = None) -> None:
    """Draw all runs that the command line names, or those of one protocol. Raises ReportError when there are none."""
    parser = figure.parser(description)
    figure.add_experiments(parser)
    measured.add_arguments(parser)
    args = parser.parse_args(argv)
    looks = read_experiments(args.experiments)
    summaries = summarize(run for run in read_runs(args.metrics) if protocol in (None, run.protocol))
    if not summaries:
        raise ReportError(
            f"--metrics: no {protocol or 'downstream'} run is named; name metrics.json files of such runs"
        )
    style.write(args.out, lambda: draw(summaries, looks))
