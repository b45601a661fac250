"""From a script to frames: background, clutter, and the moving object or distractor, painted over each other."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hico.synthetic import FPS, SIDE, camera
from hico.synthetic.actions import MOTIONS, SHAPES, Action, Instance, box, cycles, disc
from hico.synthetic.backgrounds import Color, canvas
from hico.synthetic.scenes import Clutter, Scene, Script, Shot

Floats = NDArray[np.float32]
Frames = NDArray[np.uint8]
Layer = tuple[Floats, Color]
Cover = Callable[[Floats, Floats | float], Floats]
"""Turns a signed distance and its unit in sides into the share of each pixel that is covered."""

FACE: Color = (0.87, 0.67, 0.53)
DARK: Color = (0.16, 0.1, 0.1)
LINES = 4

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


def _layers(scene: Scene, way: camera.Path, times: NDArray[np.float64]) -> list[Layer]:
    x, y = camera.view(way)

    def cover(distance: Floats, unit: Floats | float) -> Floats:
        """The edge is one pixel wide: half covered at distance 0."""
        pixels = np.float32(SIDE) * way.zoom.astype(np.float32)[:, None, None] * np.float32(unit)
        return np.clip(np.float32(0.5) - distance * pixels, 0, 1)

    layers = [] if scene.clutter is None else [_clutter(scene.clutter, way, x, y, cover)]
    if scene.action is not None:
        return [*layers, (_object(scene.action, scene.instance, times, x, y, cover), scene.instance.color)]
    return layers + LAYERS[str(scene.distractor)](scene.instance, times, x, y, cover)


def _clutter(clutter: Clutter, way: camera.Path, x: Floats, y: Floats, cover: Cover) -> Layer:
    """It stays with the background when the camera pans."""
    offset = way.offset.astype(np.float32)[:, :, None, None]
    there_x = x + offset[:, 0] - np.float32(clutter.center[0])
    there_y = y + offset[:, 1] - np.float32(clutter.center[1])
    return cover(disc(there_x, there_y, clutter.radius), 1.0), clutter.color


def _object(
    action: Action, instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: Cover
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


def titles(instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: Cover) -> list[Layer]:
    """Lines of text on a dark card, of uneven length."""
    card = cover(box(x, y, 0.44, 0.36), 1.0)
    lines = np.zeros_like(card)
    for line in range(LINES):
        half = 0.18 + 0.16 * ((line * 0.618 + instance.phase) % 1.0)
        place = 0.16 * (line - (LINES - 1) / 2)
        lines = np.maximum(lines, cover(box(x + np.float32(0.36 - half), y - np.float32(place), half, 0.03), 1.0))
    return [(card, DARK), (lines, (0.93, 0.93, 0.86))]


def face(instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: Cover) -> list[Layer]:
    """A head with two eyes, whose mouth opens and shuts two times a period."""
    x, y = x - np.float32(instance.center[0]), y - np.float32(instance.center[1])
    head = cover(disc(x, y * np.float32(0.8), 0.31), 1.0)
    eyes = cover(disc(np.abs(x) - np.float32(0.12), y + np.float32(0.09), 0.035), 1.0)
    wide_open = np.round(0.5 + 0.5 * np.sin(math.tau * 2 * cycles(instance, times)), 6)
    opening = (0.02 + 0.06 * wide_open).astype(np.float32)[:, None, None]
    mouth = cover(np.maximum(np.abs(x) - np.float32(0.11), np.abs(y - np.float32(0.15)) - opening), 1.0)
    return [(head, FACE), (np.maximum(eyes, mouth), DARK)]


def scenery(instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: Cover) -> list[Layer]:
    """Nothing: the background alone."""
    return []


LAYERS = {"titles": titles, "face": face, "scenery": scenery}
