"""The script of a video: which scenes it has, what happens in each, and in which shots they are shown.

An untrimmed video has one topic: a shape, or a single action. Its scenes show one of the topic's actions, each scene
with its own background and individual, or they are distractors. Shots hop between scenes, so scenes come back.
A trimmed clip is a script of one scene and one shot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from hico.config.data import TopicKind
from hico.synthetic import CLIP_S, DURATION_S, FPS, camera
from hico.synthetic.actions import SHAPES, Action, Instance, actions_of
from hico.synthetic.backgrounds import FAMILIES, Background, Color, draw_color, draw_color_pair, draw_contrasting_color

SHOT_S = (3.0, 6.0)
SCENES = (2, 5)
DISTRACTOR_SHARE = 0.3
DISTRACTORS = ("titles", "face", "scenery")


class Topic(NamedTuple):
    """What an untrimmed video is about: its label, its place among the topics, and what its scenes may show."""

    name: str
    number: int
    actions: Sequence[Action]


def topics(kind: TopicKind) -> list[Topic]:
    """The six shapes with three actions each, or the 18 actions, neighbors of which differ in shape."""
    if kind == "shape":
        return [Topic(shape.capitalize(), number, actions_of(shape)) for number, shape in enumerate(SHAPES)]
    turns = chain.from_iterable(zip(*map(actions_of, SHAPES), strict=True))
    return [Topic(action.name, number, [action]) for number, action in enumerate(turns)]


@dataclass(frozen=True)
class Clutter:
    """A spot that lies in the background: center and radius in sides."""

    center: tuple[float, float]
    radius: float
    color: Color


@dataclass(frozen=True)
class Scene:
    """One place and what goes on there: an action, or a distractor's name."""

    action: Action | None
    distractor: str | None
    background: Background
    instance: Instance
    clutter: Clutter | None


@dataclass(frozen=True)
class Shot:
    """A stretch of frames that shows one scene."""

    scene: int
    first: int
    frames: int
    camera: camera.Camera


@dataclass(frozen=True)
class Script:
    """A whole video. `topic` is "" for a trimmed clip."""

    topic: str
    scenes: tuple[Scene, ...]
    shots: tuple[Shot, ...]

    @property
    def frames(self) -> int:
        return sum(shot.frames for shot in self.shots)


def untrimmed(generator: np.random.Generator, topic: Topic) -> Script:
    """A script on the topic; the first scene is never a distractor."""
    count = int(generator.integers(SCENES[0], SCENES[1] + 1))
    scenes = []
    for number in range(count):
        distracts = number > 0 and generator.random() < DISTRACTOR_SHARE
        scenes.append(_distractor(generator) if distracts else _action(generator, topic))
    frames = round(FPS * generator.uniform(*DURATION_S))
    return Script(topic.name, tuple(scenes), _shots(generator, frames, count))


def trimmed(generator: np.random.Generator, action: Action) -> Script:
    """One action, with nothing of its topic in the background."""
    scene = _scene(generator, list(FAMILIES), action=action)
    return Script("", (scene,), (Shot(0, 0, round(FPS * CLIP_S), camera.draw(generator)),))


def _shots(generator: np.random.Generator, frames: int, scenes: int) -> tuple[Shot, ...]:
    shots: list[Shot] = []
    first, scene = 0, 0
    while first < frames:
        length = round(FPS * generator.uniform(*SHOT_S))
        if frames - first - length < FPS * SHOT_S[0]:
            length = frames - first
        shots.append(Shot(scene, first, length, camera.draw(generator)))
        first += length
        scene = (scene + int(generator.integers(1, scenes))) % scenes
    return tuple(shots)


def _action(generator: np.random.Generator, topic: Topic) -> Scene:
    """One of the topic's actions; every other time in front of a background that the topic prefers."""
    families = list(FAMILIES)
    if generator.random() < 0.5:
        families = [families[(topic.number + step) % len(families)] for step in (0, 2)]
    return _scene(generator, families, action=topic.actions[int(generator.integers(len(topic.actions)))])


def _distractor(generator: np.random.Generator) -> Scene:
    return _scene(generator, list(FAMILIES), distractor=DISTRACTORS[int(generator.integers(len(DISTRACTORS)))])


def _scene(
    generator: np.random.Generator, families: Sequence[str], action: Action | None = None, distractor: str | None = None
) -> Scene:
    pair = draw_color_pair(generator)
    family = families[int(generator.integers(len(families)))]
    background = Background(family, *pair, seed=int(generator.integers(2**63)))
    instance = _instance(generator, draw_contrasting_color(generator, pair))
    clutter = _clutter(generator) if generator.random() < 0.5 else None
    return Scene(action, distractor, background, instance, clutter)


def _instance(generator: np.random.Generator, color: Color) -> Instance:
    def between(low: float, high: float) -> float:
        return float(generator.uniform(low, high))

    return Instance(
        radius=between(0.17, 0.24),
        period=between(1.0, 1.6),
        amplitude=between(0.14, 0.2),
        tilt=between(-0.35, 0.35),
        phase=between(0.0, 1.0),
        turn=-1 if generator.random() < 0.5 else 1,
        center=(between(-0.05, 0.05), between(-0.05, 0.05)),
        color=color,
    )


def _clutter(generator: np.random.Generator) -> Clutter:
    """A spot near the left or right edge of the frame."""
    side = -1 if generator.random() < 0.5 else 1
    center = side * float(generator.uniform(0.32, 0.5)), float(generator.uniform(-0.5, 0.5))
    return Clutter(center, float(generator.uniform(0.05, 0.09)), draw_color(generator))
