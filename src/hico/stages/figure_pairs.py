"""What the two clips of a near and of a far pair show in the synthetic data set, on its ground truth.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

from hico.report.figures import pairs, style
from hico.stages import figure
from hico.stages.command import run
from hico.synthetic.pairs import KINDS, pair_shares


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    parser.add_argument("--world", type=Path, required=True, help="folder that the stage synthetic_dataset made")
    parser.add_argument("--distance-s", type=float, required=True, help="largest distance of a near pair, s")
    parser.add_argument("--clip-s", type=float, required=True, help="length of a clip, s")
    args = parser.parse_args(argv)
    table = pair_shares(args.world, args.distance_s, args.clip_s)
    shares = {str(name): {kind: float(row[kind]) for kind in KINDS} for name, row in table.iterrows()}
    style.write(args.out, lambda: pairs.draw(shares, args.distance_s))


if __name__ == "__main__":
    run(main)
