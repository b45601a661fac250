"""Two readings of a whole file: its packets without decoding, and the stamps of all its frames."""

from dataclasses import dataclass, field
from fractions import Fraction

import av
from av.packet import Packet
from av.video.stream import VideoStream

from hico.errors import MediaError
from hico.video.media import explain, open_video

# These containers store when each frame is shown; in others FFmpeg guesses it from the order of packets.
TIMED_CONTAINERS = {"mov", "matroska", "mpegts", "flv", "ogg"}
# Seeking in these lands inside a packet, whose stamp then is another's.
UNSEEKABLE = {"mpeg"}
# An MPEG-4 packet this small is a placeholder that may or may not give a frame.
PLACEHOLDER_BYTES = 20


@dataclass
class Packets:
    """The packets of the video stream in file order, and what the headers say."""

    codec: str
    container: str
    rate: Fraction  # frames a second, 0 when unknown
    time_base: Fraction  # seconds
    reordered: bool
    damaged: bool = False
    pts: list[int | None] = field(default_factory=list)
    key_pts: list[int | None] = field(default_factory=list)
    smallest: int = 2**31  # bytes

    @property
    def trusted(self) -> bool:
        """Whether each packet gives one frame, shown in the order of the stamps."""
        guessed = self.container not in TIMED_CONTAINERS and self.reordered
        placeholders = self.codec == "mpeg4" and self.smallest <= PLACEHOLDER_BYTES
        return not (guessed or placeholders or self.damaged) and bool(self.pts) and names_frames(self.pts)


def names_frames(stamps: list[int | None]) -> bool:
    """Whether every frame has a stamp of its own."""
    return None not in stamps and len(set(stamps)) == len(stamps)


def scan(path: str) -> Packets:
    """Read the packets without decoding them. Raises MediaError."""
    with open_video(path) as (container, stream):
        packets = Packets(
            codec=stream.codec_context.name,
            container=container.format.name.split(",")[0],
            rate=Fraction(stream.average_rate or 0),
            time_base=Fraction(stream.time_base or 0),
            reordered=bool(stream.codec_context.has_b_frames),
        )
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard and not _hidden(packet, packets.codec):
                packets.pts.append(packet.pts)
                packets.damaged |= packet.is_corrupt
                packets.smallest = min(packets.smallest, packet.size)
                if packet.is_keyframe and packets.container not in UNSEEKABLE:
                    packets.key_pts.append(packet.pts)
    return packets


def _hidden(packet: "Packet[VideoStream]", codec: str) -> bool:
    """Whether the packet only serves later ones: in VP8, bit 4 says that its frame is shown."""
    return codec == "vp8" and not memoryview(packet)[0] & 0x10


def decode_all(path: str) -> list[int | None]:
    """The stamp of every frame in display order. Raises MediaError at the first damaged one."""
    stamps: list[int | None] = []
    with open_video(path) as (container, stream):
        try:
            for frame in container.decode(stream):
                if frame.is_corrupt:
                    raise MediaError(f"{path}: frame {len(stamps)} is damaged")
                stamps.append(frame.pts)
        except av.FFmpegError as error:
            raise MediaError(f"{path}: after {len(stamps)} frames: {explain(error)}") from error
    return stamps
