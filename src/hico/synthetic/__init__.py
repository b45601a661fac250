"""The synthetic data set: untrimmed videos with a topic, and trimmed clips of actions, both made by arithmetic.

Read from the ground up: `shapes`, `motions`, `backgrounds`, `camera` and `colors` say how one thing looks,
`scenes` writes the script of a video, `render` turns a script into frames, `encode` frames into files,
`annotations` writes the annotation files, `dataset` makes the whole folder. `decode` reads its files back, `pairs`
measures what a sampled pair of clips shows, `contact_sheet` draws all on one sheet.

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
