"""Annotation files of the synthetic videos in the official formats of HACS Segments v1.1.1 and UCF101.

A video's HACS label is its topic, as HACS labels a video with what it is about; its segments are the stretches that
show the topic. What exactly is shown when is known too: `ground_truth`.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from hico.synthetic import FPS
from hico.synthetic.actions import ACTIONS
from hico.synthetic.scenes import Script, Shot

TEST_GROUPS, TRAINING_GROUPS = range(1, 8), range(8, 26)
"""Numbers of the groups in UCF101's first split."""


def hacs_segments(scripts: Mapping[str, Script]) -> dict[str, Any]:
    """The content of HACS_segments_v1.1.1.json; all videos are for training."""
    database = {
        video_id: {
            "annotations": [{"label": script.topic, "segment": segment} for segment in _segments(script)],
            "subset": "training",
            "duration": f"{script.frames / FPS:.6f}",
            "url": "",
        }
        for video_id, script in scripts.items()
    }
    return {"database": database}


def ucf101_name(label: str, groups: Sequence[int], number: int) -> str:
    """`Class/v_Class_gNN_cNN.avi` of a class's clip `number` from 0, dealt out over the groups in turn."""
    turn, place = divmod(number, len(groups))
    return f"{label}/v_{label}_g{groups[place]:02d}_c{turn + 1:02d}.avi"


def class_index() -> str:
    """The content of classInd.txt; lines end in CRLF like the official ones."""
    return "".join(f"{number} {action.name}\r\n" for number, action in enumerate(ACTIONS, 1))


def trainlist(count: int) -> str:
    """The content of trainlist01.txt: names with the class's number from 1."""
    rows = (
        (ucf101_name(action.name, TRAINING_GROUPS, k), n) for n, action in enumerate(ACTIONS, 1) for k in range(count)
    )
    return "".join(f"{name} {number}\r\n" for name, number in rows)


def testlist(count: int) -> str:
    """The content of testlist01.txt: names alone."""
    names = (ucf101_name(action.name, TEST_GROUPS, number) for action in ACTIONS for number in range(count))
    return "".join(f"{name}\r\n" for name in names)


def ground_truth(scripts: Mapping[str, Script]) -> pd.DataFrame:
    """One row a shot: video_id, start_s, end_s, scene, kind ("action"/"distractor"), topic, action, background.

    `action` is null where `kind` is "distractor"; `shows` is the action, or the distractor's name.
    """
    return pd.DataFrame(
        [_truth(video_id, script, shot) for video_id, script in scripts.items() for shot in script.shots]
    )


def _truth(video_id: str, script: Script, shot: Shot) -> dict[str, Any]:
    scene = script.scenes[shot.scene]
    action = None if scene.action is None else scene.action.name
    return {
        "video_id": video_id,
        "start_s": shot.first / FPS,
        "end_s": (shot.first + shot.frames) / FPS,
        "scene": shot.scene,
        "kind": "distractor" if action is None else "action",
        "topic": script.topic,
        "action": action,
        "shows": action or scene.distractor,
        "background": scene.background.family,
    }


def _segments(script: Script) -> list[list[float]]:
    """Neighboring shots of the topic are one segment [start, end] in s."""
    stretches = []
    for shown, group in groupby(script.shots, key=lambda shot: script.scenes[shot.scene].action is not None):
        shots = list(group)
        if shown:
            stretches.append([shots[0].first / FPS, (shots[-1].first + shots[-1].frames) / FPS])
    return stretches
