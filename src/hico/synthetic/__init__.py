"""The synthetic data set: untrimmed videos with a topic, and trimmed clips of actions, both made by arithmetic.

In the order of reading: `actions` (shapes and motions), `backgrounds` and `camera` draw one thing each, `scenes` writes
the script of a video, `render` turns a script into frames, `codec` frames into files and back, `annotations` writes the
official files, and `dataset` makes the whole folder. `contact_sheet` draws it on one sheet; `pairs` and `quality`
measure what a pair of clips shows and what encoding costs.

Lengths are in sides of the frame (1 = 48 px), the origin is the middle of the frame, y points down, angles are in
radians, times in seconds. Pixel arithmetic uses only + - * / sqrt min max floor, and the few sines of a frame are
rounded, so that frames do not depend on which vector instructions a processor has.
"""

SIDE = 48
"""Width and height of every video, px."""

FPS = 10
"""Frames a second of every video."""

DURATION_S = (30.0, 40.0)
"""Shortest and longest untrimmed video."""

CLIP_S = 2.4
"""Length of every trimmed clip."""

CLASSES = 18
"""Classes of the trimmed clips."""
