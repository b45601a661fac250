"""Thousands of broken files: each decodes or is quarantined with a reason, and nothing else happens."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from hico.video import isolated
from hico.video.probing import probe_in
from hico.video.record import OK, QUARANTINED, Video

MUTANTS = 2100
SECONDS = 10.0
MAX_BYTES = 3 * 2**29

# The child that indexes a file and then decodes frames of it, here and there.
CHILD = """
import numpy as np
from dataclasses import replace
from hico.errors import MediaError
from hico.video import probing
from hico.video.child import serve
from hico.video.pictures import pictures
from hico.video.probe import probe

def probe_and_decode(path, video_id, full_check):
    video = probe(path, video_id, full_check)
    if video.status != "ok":
        return video
    try:
        for _ in pictures(video, np.linspace(0, video.frames - 1, 5).astype(np.int64)):
            pass
    except MediaError as error:
        return replace(video, status="quarantined", reason=f"decoding: {error}")
    return video

if __name__ == "__main__":
    probing.probe = probe_and_decode
    serve(probing.answer)
"""

RECIPES = {
    "closed.mp4": {"options": {"x264-params": "keyint=8:bframes=2"}},
    "open.mkv": {"options": {"x264-params": "keyint=8:open-gop=1:bframes=3:b-pyramid=2"}},
    "parts.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}, "gop": 8},
    "xvid.avi": {"codec": "mpeg4", "max_b_frames": 2, "gop": 8},
    "h265.mp4": {"codec": "libx265", "options": {"x265-params": "keyint=8:log-level=none"}},
    "vp8.webm": {"codec": "libvpx", "options": {"deadline": "realtime", "cpu-used": "8"}, "gop": 8},
    "vp9.webm": {"codec": "libvpx-vp9", "options": {"deadline": "realtime", "cpu-used": "8"}, "gop": 8},
    "stream.ts": {"container_format": "mpegts", "gop": 8},
    "old.flv": {"codec": "flv", "gop": 8},
    "old.mpg": {"codec": "mpeg2video", "max_b_frames": 2, "gop": 8},
}


def _mutant(good: list[bytes], number: int) -> bytes:
    """Bit flips, zero runs, truncation, swapped parts, or the head of one file on another."""
    draw = np.random.default_rng(number)
    data = bytearray(good[number % len(good)])
    at, length = int(draw.integers(len(data))), int(draw.integers(1, max(len(data) // 4, 2)))
    match int(draw.integers(6)):
        case 0:
            for bit in draw.integers(0, len(data) * 8, int(draw.integers(1, 40))):
                data[bit // 8] ^= 1 << (bit % 8)
        case 1:
            data[at : at + length] = bytes(len(data[at : at + length]))
        case 2:
            del data[max(at, 16) :]
        case 3:
            head = min(int(draw.integers(16, 1024)), len(data))
            data[:head] = good[int(draw.integers(len(good)))][:head]
        case 4:
            data[at : at + length] = draw.integers(0, 256, length, np.uint8).tobytes()
        case _:  # sizes and counts live in the headers
            for byte in draw.integers(0, min(len(data), 800), 6):
                data[byte] = int(draw.integers(256))
    return bytes(data)


@pytest.fixture
def good_files(tmp_path: Path, make_video, root: Path) -> list[Path]:
    made = [make_video(tmp_path / name, frames=16, size=(96, 64), **how) for name, how in RECIPES.items()]
    real = root.parent / "shared" / "real-mini"
    small = ["media/h265_video.mp4", "media/video_180.mov", "media/part_0.mp4", "media/corrupted.mp4"]
    avis = sorted((real / "hmdb51" / "videos" / "wave").glob("*.avi")) if real.is_dir() else []
    return made + [real / name for name in small if (real / name).is_file()] + avis


def test_every_mutant_decodes_or_is_quarantined(
    good_files: list[Path], tmp_path: Path, make_program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated, "MEMORY_BYTES", MAX_BYTES)
    good = [path.read_bytes() for path in good_files]

    def try_one(child: isolated.Child, number: int) -> Video:
        path = tmp_path / f"mutant{number}{good_files[number % len(good)].suffix}"
        path.write_bytes(_mutant(good, number))
        video = probe_in(child, str(number), str(path))
        path.unlink()
        return video

    videos = list(isolated.spread(try_one, range(MUTANTS), workers=2, program=make_program(CHILD), seconds=SECONDS))
    assert len(videos) == MUTANTS
    statuses = Counter(video.status for video in videos)
    assert set(statuses) == {OK, QUARANTINED}
    assert min(statuses.values()) > MUTANTS // 20, "mutants too weak or too strong"
    assert not [video for video in videos if video.status == QUARANTINED and not video.reason]
    assert not [video.reason for video in videos if "more than" in video.reason or "ended the process" in video.reason]
    assert not [video.reason for video in videos if "too much memory" in video.reason]
