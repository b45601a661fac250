"""From a script to frames: background, clutter, and the moving object or distractor, painted over each other."""

import numpy as np
from numpy.typing import NDArray

from hico.synthetic import FPS, SIDE, camera, distractors
from hico.synthetic.backgrounds import canvas
from hico.synthetic.motions import MOTIONS, Instance
from hico.synthetic.scenes import Action, Clutter, Scene, Script, Shot
from hico.synthetic.shapes import SHAPES, disc

Floats = NDArray[np.float32]
Frames = NDArray[np.uint8]

NOISE = 4.0
"""Standard deviation of the camera's noise, gray levels of 255; the same in red, green and blue."""


def render(script: Script, generator: np.random.Generator) -> Frames:
    """All frames of a script, (T, SIDE, SIDE, 3) uint8 RGB; `generator` draws the camera's noise."""
    return np.concatenate([_shot(script.scenes[shot.scene], shot, generator) for shot in script.shots])


def _shot(scene: Scene, shot: Shot, generator: np.random.Generator) -> Frames:
    way = camera.path(shot.camera, shot.frames)
    times = (shot.first + np.arange(shot.frames)) / FPS
    frames = _background(scene, way)
    for covered, color in _layers(scene, way, times):
        frames += covered[..., None] * (np.array(color, np.float32) - frames)
    frames *= 255
    frames += np.float32(NOISE) * generator.standard_normal((*frames.shape[:3], 1), np.float32)
    return np.clip(np.rint(frames), 0, 255).astype(np.uint8)


def _background(scene: Scene, way: camera.Path) -> Floats:
    """(T, SIDE, SIDE, 3) in [0, 1]."""
    first, second = (np.array(color, np.float32) for color in (scene.background.first, scene.background.second))
    mix = camera.film(canvas(scene.background), way)
    return first + mix[..., None] * (second - first)


def _layers(scene: Scene, way: camera.Path, times: NDArray[np.float64]) -> list[distractors.Layer]:
    x, y = camera.view(way)

    def cover(distance: Floats, unit: Floats | float) -> Floats:
        """The edge is one pixel wide: half covered at distance 0."""
        pixels = np.float32(SIDE) * way.zoom.astype(np.float32)[:, None, None] * np.float32(unit)
        return np.clip(np.float32(0.5) - distance * pixels, 0, 1)

    layers = [] if scene.clutter is None else [_clutter(scene.clutter, way, x, y, cover)]
    if scene.action is not None:
        return [*layers, (_object(scene.action, scene.instance, times, x, y, cover), scene.instance.color)]
    return layers + distractors.LAYERS[str(scene.distractor)](scene.instance, times, x, y, cover)


def _clutter(clutter: Clutter, way: camera.Path, x: Floats, y: Floats, cover: distractors.Cover) -> distractors.Layer:
    """It stays with the background when the camera pans."""
    offset = way.offset.astype(np.float32)[:, :, None, None]
    there_x = x + offset[:, 0] - np.float32(clutter.center[0])
    there_y = y + offset[:, 1] - np.float32(clutter.center[1])
    return cover(disc(there_x, there_y, clutter.radius), 1.0), clutter.color


def _object(
    action: Action, instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: distractors.Cover
) -> Floats:
    """How much of each pixel the moving shape covers, (T, SIDE, SIDE); copies never add up past 1."""
    pose = MOTIONS[action.motion](instance, times)
    total = np.zeros((times.size, SIDE, SIDE), np.float32)
    for copy in range(pose.x.shape[0]):
        right, below = x - _of_copy(pose.x, copy), y - _of_copy(pose.y, copy)
        cosine, sine = _of_copy(np.cos(pose.angle), copy), _of_copy(np.sin(pose.angle), copy)
        width, height = _of_copy(pose.width, copy), _of_copy(pose.height, copy)
        across = np.divide(cosine * right + sine * below, width, dtype=np.float32)
        down = np.divide(cosine * below - sine * right, height, dtype=np.float32)
        distance = SHAPES[action.shape](across, down)
        total = np.maximum(total, cover(distance, np.minimum(width, height)))
    return total


def _of_copy(values: NDArray[np.float64], copy: int) -> Floats:
    """One copy's values (C, T), rounded like the pose, as (T or 1, 1, 1) to meet the pixels."""
    column: Floats = np.round(values[copy], 6).astype(np.float32)
    return column.reshape(-1, 1, 1)
