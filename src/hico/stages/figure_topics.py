"""The topic map of one batch before and after training, beside the truth.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

from hico.report.figures import style, topics
from hico.stages import figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    parser.add_argument("--topics", type=Path, required=True, help=".../<experiment>/seed<k>/topics.npz")
    figure.add_title(parser)
    args = parser.parse_args(argv)
    folder = args.topics.absolute().parent
    title = args.title or folder.parent.name
    step, first, last = topics.read_topics(args.topics)
    style.write(args.out, lambda: topics.draw(f"{title}, {folder.name.replace('seed', 'seed ')}", step, first, last))


if __name__ == "__main__":
    run(main)
