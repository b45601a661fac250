"""The index as a table: which videos to probe, in which shard, and what share of each list is usable."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hico.errors import MediaError
from hico.files import reading, replacing
from hico.video.piece import Piece
from hico.video.record import MISSING, OK, PIECES, QUARANTINED, SCHEMA, Video

EXAMPLES = 5


def distinct_videos(manifest: pd.DataFrame) -> list[tuple[str, str | None]]:
    """(video id, path or None) of every video of a manifest, in the order of their first rows."""
    pairs = manifest[["video_id", "path"]].drop_duplicates()
    twice = pairs["video_id"].duplicated()
    if twice.any():
        name = pairs.loc[twice, "video_id"].iloc[0]
        paths = pairs.loc[pairs["video_id"] == name, "path"].tolist()
        raise MediaError(f"video {name}: the manifest gives it {len(paths)} files, {paths[0]} and {paths[1]}")
    paths = pairs["path"].astype(object).where(pairs["path"].notna(), None)
    return list(zip(pairs["video_id"], paths, strict=True))


def shard(videos: Sequence[tuple[str, str | None]], number: int, shards: int) -> Sequence[tuple[str, str | None]]:
    """Videos of one of `shards` jobs, dealt round robin, so that long ones spread."""
    return videos[number::shards]


def write_index(path: Path, table: pa.Table) -> None:
    """Write an index table whole or not at all."""
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_index(path: Path) -> pa.Table:
    """A whole index. Raises InputError."""
    with reading(path):
        table = pq.read_table(path)
        schema = _schema(with_pieces=PIECES.name in table.column_names)
        return table.select(schema.names).cast(schema)


def read_lists(manifest: Path) -> pd.DataFrame:
    """Which videos a manifest lists where: dataset, split, subset, video_id, path. Raises InputError."""
    with reading(manifest):
        return pd.read_parquet(manifest, columns=["dataset", "split", "subset", "video_id", "path"])


def read_pieces(manifest: Path) -> dict[str, list[Piece]]:
    """All files of each video that is stored in pieces, by video id; none in most data sets. Raises InputError."""
    with reading(manifest):
        if PIECES.name not in pq.read_schema(manifest).names:
            return {}
        rows = pq.read_table(manifest, columns=["video_id", PIECES.name]).to_pylist()
    return {row["video_id"]: [Piece(**piece) for piece in row[PIECES.name]] for row in rows}


def to_table(videos: Iterable[Video]) -> pa.Table:
    """Index rows as a table, which has the column `pieces` only where a video is stored in pieces."""
    rows = [video.to_row() for video in videos]
    return pa.Table.from_pylist(rows, schema=_schema(with_pieces=any(PIECES.name in row for row in rows)))


def _schema(with_pieces: bool) -> pa.Schema:
    return SCHEMA.append(PIECES) if with_pieces else SCHEMA


def merge(manifest: pd.DataFrame, shards: Sequence[Path]) -> pa.Table:
    """One index in manifest order from the tables of all shards. Raises MediaError if any video is absent."""
    # A shard without any usable video of pieces lacks the column: its rows have none.
    table = pa.concat_tables(map(read_index, shards), promote_options="default")
    rows = pd.Series(range(len(table)), index=table["video_id"].to_pandas())
    names = [name for name, _ in distinct_videos(manifest)]
    missing = set(names).symmetric_difference(rows.index)
    if missing or len(rows) != len(names):
        raise MediaError(
            f"the shards do not fit the manifest, for instance in {sorted(missing)[:EXAMPLES]}; index again"
        )
    return table.take(rows[names].to_numpy())


def coverage(manifest: pd.DataFrame, index: pa.Table) -> pd.DataFrame:
    """One row a (dataset, split, subset): listed, present and usable videos, share usable of listed."""
    lists = manifest[["dataset", "split", "subset", "video_id"]].drop_duplicates()
    status = pd.Series(index["status"].to_pandas().array, index=index["video_id"].to_pandas())
    found = lists["video_id"].map(status)
    lists = lists.assign(present=found != MISSING, usable=found == OK)
    groups = lists.groupby(["dataset", "split", "subset"], sort=True)
    counts = groups.agg(listed=("video_id", "size"), present=("present", "sum"), usable=("usable", "sum")).reset_index()
    return counts.assign(share=counts["usable"] / counts["listed"])


def require_usable(index: pa.Table, max_unusable: float) -> None:
    """Raises MediaError when nothing is usable, or more of the present videos is quarantined than allowed."""
    states = index.select(["video_id", "path", "status", "reason"]).to_pandas()
    present = states[states["status"] != MISSING]
    bad = present[present["status"] == QUARANTINED]
    examples = "".join(f"\n  {row.path}: {row.reason}" for row in bad.head(EXAMPLES).itertuples())
    if len(bad) == len(present):
        raise MediaError(f"none of {len(states)} listed videos is usable; {len(present)} are present{examples}")
    if len(bad) > max_unusable * len(present):
        share = f"{len(bad)} of {len(present)} present videos"
        raise MediaError(f"{share} are unusable, more than the share index.max_unusable = {max_unusable:g}{examples}")
