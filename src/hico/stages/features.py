"""Embed consecutive clips of whole videos with the backbone of a weights file.

Writes --out, one row a clip: video_id, path, start_s, end_s, vector (pooled features, not normalized), in the
index's order; and --unusable-out, one row a video that has no embedding, or lacks some, with the reason. A stopped
run goes on behind the last row group that it has written.
"""

import argparse
import logging
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import torch
from torch import nn

from hico import provenance
from hico.augment import normalize
from hico.config.features import Features
from hico.data.row_groups import RowGroups
from hico.data.strides import StrideBatch, StrideDataset, stride_batches
from hico.data.videos import Videos
from hico.errors import MediaError
from hico.files import replacing, write_csv
from hico.nets.heads import pool
from hico.nets.trained import trained_backbone
from hico.stages.command import count, run
from hico.training.distributed import init_distributed
from hico.training.monitor import ProgressMonitor, Throughput, time_waiting
from hico.video.record import OK
from hico.video.table import read_index

LOG = logging.getLogger(__name__)

SCHEMA = pa.schema(
    [
        ("video_id", pa.string()),
        ("path", pa.string()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("vector", pa.list_(pa.float32())),
    ]
)
KEPT = SCHEMA.append(pa.field("reason", pa.string()))
"""Rows while the table grows; those with a reason stand for clips that could not be read."""
UNREADABLE = "unreadable"
GROUP_BATCHES = 64
"""Batches a row group: some thousand rows, all that is held in memory, and the most that a stop loses."""


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", required=True, help="section `features`: JSON, or a YAML file")
    parser.add_argument("--weights", type=Path, required=True, help="weights.safetensors of a pre-training run")
    parser.add_argument("--index", type=Path, required=True, help="index.parquet of the videos")
    parser.add_argument("--out", type=Path, required=True, help="table of embeddings (Parquet)")
    parser.add_argument("--unusable-out", type=Path, required=True, help="table of videos without embeddings (CSV)")
    parser.add_argument("--workers", type=count, default=1, help="decoding processes; cannot change the result")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Raises MediaError when no video is usable, or nothing can be read any more, and WeightsError."""
    args = arguments(argv)
    settings = Features.read(args.settings)
    with init_distributed() as dist:
        record = provenance.open_record(args, settings)
        videos, unusable = indexed(args.index)
        backbone, trained = trained_backbone(args.weights)
        clips = StrideDataset(videos, trained.clip, settings.stride_s or trained.clip.seconds)
        groups = RowGroups(args.out, record.key)
        write_groups(groups, embedded(dist.prepare_model(backbone), clips, dist.device, args.workers, groups))
        write_table(args.out, groups)
        unusable = pa.concat_tables([unusable, unreadable(groups)])
        write_csv(args.unusable_out, unusable.to_pandas())
        LOG.info("%d videos, %d unusable or not wholly read, see %s", len(videos), len(unusable), args.unusable_out)
        record.write(args.out.with_name(f"{args.out.name}.provenance.json"))
        groups.remove()


def indexed(index: Path) -> tuple[Videos, pa.Table]:
    """Usable videos of an index, and (video_id, path, status, reason) of the others. Raises MediaError."""
    table = read_index(index)
    usable = pc.equal(table["status"], OK)
    videos = table.filter(usable)
    if not len(videos):
        raise MediaError(f"{index}: none of its {len(table)} videos is usable; its column `reason` says why")
    others = table.filter(pc.invert(usable)).select(["video_id", "path", "status", "reason"])
    return Videos(videos, np.full(len(videos), -1)), others


@torch.no_grad()
def embedded(
    backbone: nn.Module, clips: StrideDataset, device: torch.device, workers: int, there: RowGroups
) -> Iterator[pa.Table]:
    """The rows of each batch of clips behind those that are `there`."""
    done, throughput = there.rows(), Throughput()
    if done:
        LOG.info("resuming behind %d clips", done)
    with ProgressMonitor("features", int(clips.clip_counts().sum()), throughput) as progress:
        for batch, waited_s in time_waiting(stride_batches(clips, workers, GROUP_BATCHES * len(there))):
            yield pa.concat_tables(
                [_rows(batch, backbone, device, clips.videos.table), _failed_rows(batch, clips.videos)]
            )
            if clips_read := len(batch.clips):
                done += clips_read
                throughput.add(clips_read, waited_s, steps=clips_read)
                progress.update(done, "clips")


def _rows(batch: StrideBatch, backbone: nn.Module, device: torch.device, videos: pa.Table) -> pa.Table:
    """A row for each clip."""
    if not len(batch.clips):
        return KEPT.empty_table()
    pixels = normalize(batch.clips.to(device, non_blocking=True))
    features = pool(backbone(pixels.contiguous(memory_format=torch.channels_last_3d)))
    vectors = features.float().cpu().numpy()
    offsets = np.arange(0, vectors.size + 1, vectors.shape[1], dtype=np.int32)
    columns = [
        *videos.select(["video_id", "path"]).take(batch.videos).columns,
        batch.windows[:, 0],
        batch.windows[:, 1],
        pa.ListArray.from_arrays(offsets, vectors.ravel()),
        pa.nulls(len(vectors), pa.string()),
    ]
    return pa.table(columns, schema=KEPT)


def _failed_rows(batch: StrideBatch, videos: Videos) -> pa.Table:
    """A row for each part that could not be read."""
    for failed in batch.failed:
        LOG.warning("not embedded: %s", failed.reason)
    rows = [
        {"video_id": videos[one.video].video_id, "path": videos[one.video].path, "reason": one.reason}
        for one in batch.failed
    ]
    return pa.Table.from_pylist(rows, schema=KEPT)


def write_groups(groups: RowGroups, tables: Iterator[pa.Table]) -> None:
    """The groups that are not there yet. Raises MediaError where not a clip of one could be read."""
    while batches := list(islice(tables, GROUP_BATCHES)):
        group = pa.concat_tables(batches)
        if not group["reason"].null_count:
            raise MediaError(
                f"{group['reason'][0]}; and so with all {len(group)} parts of videos there: "
                "see that their disk is there, and start again"
            )
        groups.add(group)


def write_table(path: Path, groups: RowGroups) -> None:
    """The rows of every clip that was read; never more than a row group in memory."""
    with replacing(path) as temporary, pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as writer:
        for group in groups:
            writer.write_table(group.filter(pc.is_null(group["reason"])).select(SCHEMA.names))


def unreadable(groups: RowGroups) -> pa.Table:
    """(video_id, path, status, reason) of the videos of which clips could not be read, a row each."""
    lost = pa.concat_tables([group.filter(pc.is_valid(group["reason"])) for group in groups])
    first = lost.group_by(["video_id", "path"], use_threads=False).aggregate([("reason", "first")])
    columns = [first["video_id"], first["path"], pa.repeat(UNREADABLE, len(first)), first["reason_first"]]
    return pa.table(columns, names=["video_id", "path", "status", "reason"])


if __name__ == "__main__":
    run(main)
