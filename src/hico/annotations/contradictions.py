"""Contradictions between settings and official annotation files, found before any video is there or opened.

Reads what the files say, without packages that the Python of the workflow may lack. What only the videos
themselves can tell is left to `hico.data.fitting`.
"""

from collections.abc import Callable, Iterator

from hico.annotations import hmdb51, kinetics, path_list, pieces, segments, ucf101
from hico.annotations.entry import Reader
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet
from hico.config.files import is_synthetic, synthetic_folder
from hico.config.root import Config
from hico.config.training import Clip
from hico.errors import AnnotationError, ConfigError, HicoError
from hico.synthetic import CLASSES, CLIP_S, DURATION_S

LENGTHS: dict[str, Callable[[DataSet], Iterator[float]]] = {
    "hacs_segments": segments.lengths,
    "activitynet": segments.lengths,
    "kinetics": kinetics.lengths,
    "pieces": pieces.lengths,
}
"""Kinds whose files tell how long each video is; 0 where they do not."""
NUMBERED: dict[str, Reader] = {"ucf101": ucf101.read, "hmdb51": hmdb51.read, "path_list": path_list.read}
"""Kinds whose classes have numbers of their own; others are numbered as they are found."""


def refuse_contradictions(config: Config, origin: str) -> None:
    """Raises ConfigError naming every key whose clip outlasts all videos, whose classes have no videos, or whose step
    takes more videos than the synthetic data set has.

    Raises AnnotationError where the files that tell cannot be read.
    """
    faults = []
    for key, dataset in config.used_data.items():
        try:
            faults += [*_long_clips(config, key, dataset), *_lacking_classes(config, key, dataset)]
            faults += _large_batches(config, key, dataset)
        except AnnotationError as error:
            raise AnnotationError(f"{origin}: data.{key}: {error}") from error
    if faults:
        raise ConfigError("\n".join(f"{origin}: {fault}" for fault in faults))


def _long_clips(config: Config, data: str, dataset: DataSet) -> Iterator[str]:
    clips = [(key, clip) for key, named, clip in _clips(config) if named == data]
    if not clips:
        return
    longest_s = _longest_s(config, dataset, enough_s=max(clip.seconds for _, clip in clips))
    lists = ", ".join(map(str, dataset.annotations))
    where = f"all videos of data.{data}" if is_synthetic(config, dataset) else f"all that {lists} lists"
    for key, clip in clips:
        try:
            clip.refuse_shorter(longest_s, where, key)
        except HicoError as fault:
            yield str(fault)


def _clips(config: Config) -> Iterator[tuple[str, str, Clip]]:
    """(key, key of its data set, clip) of every section that has one."""
    for key, experiment in config.pretrain.items():
        yield f"pretrain.{key}", experiment.data, experiment.clip
    for protocol, key, task in config.tasks:
        yield f"{protocol}.{key}", task.data, task.clip


def _longest_s(config: Config, dataset: DataSet, enough_s: float) -> float:
    """Length of the longest video, as far as it is told; no further ones are read once one has `enough_s`."""
    if is_synthetic(config, dataset):
        return CLIP_S if _holds_clips(config, dataset) else DURATION_S[1]
    told, longest_s = LENGTHS.get(dataset.kind), 0.0
    for length_s in told(dataset) if told else ():
        longest_s = max(longest_s, length_s or float("inf"))
        if longest_s >= enough_s:
            break
    return longest_s or float("inf")


def _holds_clips(config: Config, dataset: DataSet) -> bool:
    """Whether a data set of the synthetic data set is that of trimmed clips."""
    return dataset.root.is_relative_to(synthetic_folder(config) / "clips")


def _large_batches(config: Config, data: str, dataset: DataSet) -> Iterator[str]:
    if config.synthetic is None or not is_synthetic(config, dataset):
        return
    clips = _holds_clips(config, dataset)
    videos = CLASSES * config.synthetic.train_clips if clips else config.synthetic.videos
    of = f"{CLASSES} classes x synthetic.train_clips" if clips else "synthetic.videos"
    for key, named, batch_videos in _batches(config):
        if named == data and batch_videos > videos:
            yield f"{key}.batch_videos: a step takes {batch_videos} videos but only {videos} are rendered ({of})"


def _batches(config: Config) -> Iterator[tuple[str, str, int]]:
    """(key, key of its data set, videos a step) of every section that trains on the training subset."""
    for key, experiment in config.pretrain.items():
        if experiment.subset == "training":
            yield f"pretrain.{key}", experiment.data, experiment.batch_videos
    for protocol in ("finetune", "linear_probe"):
        for key, task in getattr(config, protocol).items():
            yield f"{protocol}.{key}", task.data, task.batch_videos


def _lacking_classes(config: Config, data: str, dataset: DataSet) -> Iterator[str]:
    tasks = [f"{protocol}.{key}" for protocol, key, task in config.tasks if task.data == data]
    if not tasks or is_synthetic(config, dataset) or dataset.kind not in NUMBERED:
        return
    entries = NUMBERED[dataset.kind](dataset, VideoFiles(dataset.root, []))
    numbers = {entry.label_id for entry in entries} - {-1}
    if numbers and max(numbers) >= len(numbers):
        lacking = min(set(range(max(numbers))) - numbers)
        fault = f"classes are numbered up to {max(numbers)} from 0, but only {len(numbers)} of them have a video listed"
        yield from (f"{key}.data: {fault}, and {lacking} has none; number the classes without gaps" for key in tasks)
