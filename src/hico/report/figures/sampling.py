"""Gradual sampling: how far apart the two near clips may be as training goes on, and clips drawn accordingly."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hico.clips import near_distance, pretrain_windows
from hico.config.experiments import Pretrain
from hico.report.figures import style
from hico.report.names import capitalized
from hico.report.training_runs import TrainingRun
from hico.rng import rng

MOMENTS = ((0.0, "at the start"), (0.5, "halfway"), (1.0, "at the end"))
VIDEO_S = 30.0
DRAWS = 7
NEAR, FAR = "#0072B2", "#E69F00"


def draw(title: str, run: TrainingRun, settings: Pretrain) -> Figure:
    """Above: the largest distance of a near pair over training. Below: clips of one video drawn at three moments."""
    figure = style.new_figure(4.9)
    grid = figure.add_gridspec(2, len(MOMENTS), height_ratios=(1.05, 1))
    _distance(figure.add_subplot(grid[0, :]), run)
    for column, (progress, name) in enumerate(MOMENTS):
        _timeline(figure.add_subplot(grid[1, column]), settings, progress, name)
    style.headline(figure, f"Which clips are compared: {title}")
    style.footnote(figure, _explanation(settings))
    return figure


def _distance(axes: Axes, run: TrainingRun) -> None:
    steps = run.steps
    axes.plot(steps.epoch, steps.distance_s, color=NEAR)
    axes.fill_between(steps.epoch, 0, steps.distance_s, color=NEAR, alpha=0.12, linewidth=0)
    axes.set(xlabel="epoch", ylabel="seconds", ylim=(0, max(1.3 * steps.distance_s.max(), 0.1)))
    axes.set_xlim(steps.epoch.min(), steps.epoch.max())
    axes.set_title("Largest distance of a near pair")
    for row, side in ((steps.iloc[0], "left"), (steps.iloc[-1], "right")):
        axes.annotate(
            f"{row.distance_s:.2f} s", (row.epoch, row.distance_s), xytext=(6 if side == "left" else -6, 9),
            textcoords="offset points", ha=side, color=NEAR, fontweight="bold",
        )  # fmt: skip


def _timeline(axes: Axes, settings: Pretrain, progress: float, name: str) -> None:
    """Draws from the sampler itself, so the picture cannot say anything else than training does."""
    generator = rng(0, "sampling figure")
    axes.set_title(f"{capitalized(name)}: up to {near_distance(settings.sampling, progress):.2f} s")
    for height in range(DRAWS):
        axes.plot([0, VIDEO_S], [height, height], color=style.FAINT, linewidth=1.2, zorder=1)
        windows = pretrain_windows(generator, settings, VIDEO_S, progress)
        for clip, (start, end) in enumerate(windows):
            _clip(axes, start, end - start, height, clip, settings)
    axes.set(xlim=(-0.4, VIDEO_S + 0.4), ylim=(DRAWS - 0.4, -0.6), yticks=[], xlabel="time in a video, s")
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _clip(axes: Axes, start: float, width: float, height: int, clip: int, settings: Pretrain) -> None:
    """The first clip of a near pair stands above its line and the second below, so that both show when they overlap."""
    is_far = settings.method == "simclr" or (settings.sampling.has_far_clip and clip == 2)
    offset = -0.16 if is_far else (-0.36, 0.04)[clip % 2]
    axes.barh(
        height + offset, width, left=start, height=0.32, align="edge", color=FAR if is_far else NEAR,
        edgecolor="white", linewidth=0.6,
        alpha=1.0 if clip % 2 == 0 else 0.6, zorder=2,
    )  # fmt: skip


def _explanation(settings: Pretrain) -> str:
    clip = f"Below: {DRAWS} draws from a video of {VIDEO_S:.0f} s; a clip spans {settings.clip.seconds:.2f} s."
    if not settings.sampling.has_far_clip:
        pairs = f"{settings.sampling.near_pairs} near pairs" if settings.sampling.near_pairs > 1 else "the near pair"
        return f"{clip} Blue: {pairs}, one clip above the line and one below."
    return f"{clip} Blue: the near pair, one clip above the line and one below; orange: the far clip, anywhere."
