"""What the two clips of a sampled pair show: the premise of HiCo, measured on the ground truth.

Near pairs (`--distance`, 1 s) are drawn as VCL draws them, far pairs as TCL does: anywhere in the video. All pairs on
a grid of 0.1 s count, so there is no chance in the figures. A clip shows what its middle shows.
Run: `python -m hico.synthetic.pairs DATASET_DIR`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hico.synthetic.dataset import TRUTH

STEP_S = 0.1
KINDS = ["same scene", "same action, other scene", "other action", "distractor"]


def pair_shares(
    dataset_dir: Path, distance_s: float = 1.0, clip_s: float = 1.6, step_s: float = STEP_S
) -> pd.DataFrame:
    """Shares in [0, 1] of each kind of pair, mean over videos.

    Rows "near" and "far"; columns `KINDS` (they sum to 1) and "same action" (the first two together).
    """
    truth = pd.read_parquet(dataset_dir / TRUTH)
    videos = [video for _, video in truth.groupby("video_id")]
    rows = {
        name: np.mean([_kinds(video, limit, clip_s, step_s) for video in videos], axis=0)
        for name, limit in (("near", distance_s), ("far", np.inf))
    }
    shares = pd.DataFrame.from_dict(rows, orient="index", columns=KINDS)
    shares["same action"] = shares["same scene"] + shares["same action, other scene"]
    return shares


def _kinds(video: pd.DataFrame, distance_s: float, clip_s: float, step_s: float) -> NDArray[np.float64]:
    """Shares of `KINDS` in one video: each first clip weighs the same, as do the second clips it can have."""
    middles = np.arange(clip_s, float(video["end_s"].max()) - clip_s + step_s / 2, step_s)
    shot = np.searchsorted(video["end_s"].to_numpy(), middles, side="right")
    scene = video["scene"].to_numpy()[shot]
    action = video["shows"].astype("category").cat.codes.to_numpy()[shot]
    distracts = (video["kind"] == "distractor").to_numpy()[shot]
    allowed = np.abs(middles[:, None] - middles[None, :]) <= distance_s + step_s / 100
    either = distracts[:, None] | distracts[None, :]
    same_scene = (scene[:, None] == scene[None, :]) & ~either
    same_action = (action[:, None] == action[None, :]) & ~either
    masks = (same_scene, same_action & ~same_scene, ~same_action & ~either, either)
    weights = allowed / allowed.sum(axis=1, keepdims=True) / len(middles)
    return np.array([(weights * mask).sum() for mask in masks])


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m hico.synthetic.pairs", description=__doc__)
    parser.add_argument("dataset_dir", type=Path, help="folder that the stage synthetic_dataset made")
    parser.add_argument("--distance", type=float, default=1.0, help="largest distance of a near pair, s")
    arguments = parser.parse_args(argv)
    shares = pair_shares(arguments.dataset_dir, arguments.distance)
    sys.stdout.write((100 * shares).round(1).to_string() + "\n")


if __name__ == "__main__":
    main()
