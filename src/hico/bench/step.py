"""The training step: forward, loss, backward and LARS on clips that lie ready on the device."""

import argparse
import statistics
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from hico.augment import draw
from hico.bench.apart import apart
from hico.bench.bound import convolutions, matrix_products, operations
from hico.bench.timing import Line, rates, spread, taking_turns
from hico.config.experiments import Pretrain
from hico.data.clips import Batch, Sample, collate
from hico.losses import pretrain_loss
from hico.nets.model import PretrainModel, build_pretrain_model
from hico.optim import build_optimizer
from hico.training.inputs import autocast, prepared
from hico.training.processes import Processes
from hico.training.repeatable import repeatable

NAIVE = "step, naive (float32, contiguous, plain LARS)"
OURS = "step (bf16, channels last, foreach LARS, kept memory)"
BOUND = "its operations as bf16 matrix products: the bound"
ALONE = "its convolutions and their gradients alone"
FLOAT32 = "its operations as float32 matrix products"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--backbone", default="s3dg", choices=["s3dg", "r2plus1d_10", "r3d_18", "vit_s"])
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--videos", type=int, default=4, help="videos a step, 3 clips each")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--size", type=int, default=112)
    parser.add_argument("--compile", action="store_true", help="time torch.compile too")


def lines(args: argparse.Namespace) -> list[Line]:
    settings = _settings(args)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    batch = random_batch(settings)
    clips = prepared(batch, device)
    ours = step(settings, clips, device)
    count, peak = operations(ours), _memory(ours, device)
    contenders: dict[str, Callable[[], object]] = {
        OURS: ours,
        "the same, deterministic algorithms as in training": deterministic(ours, device),
        ALONE: convolutions(ours, device),
        BOUND: matrix_products(count, device, torch.bfloat16),
        FLOAT32: matrix_products(count, device, torch.float32),
    }
    if args.compile:
        contenders["step, compiled"] = step(settings, clips, device, compiled=True)
    with apart(partial(naive_step, settings, device)) as naive:
        seconds = taking_turns({NAIVE: naive, **contenders}, args.repetitions)
    amount = args.videos * settings.clips_per_video
    step_s, bound_s = (statistics.median(seconds[name]) for name in (OURS, BOUND))
    reached = Line("step, as a share of the bound", 100 * bound_s / step_s, "%", None, args.repetitions, 0.0)
    augmentation = _augmentation(batch, device, args, step_s)
    return [*rates(seconds, amount, "clips/s", NAIVE), reached, augmentation, *peak]


def _settings(args: argparse.Namespace) -> Pretrain:
    values = {
        "method": "hico",
        "data": "random pixels",
        "backbone": {"name": args.backbone, "width": args.width},
        "clip": {"frames": args.frames, "size": args.size},
        "batch_videos": args.videos,
    }
    return Pretrain.check(values, "bench")


def _memory(run: Callable[[], None], device: torch.device) -> list[Line]:
    """The peak of one step on a GPU; processors do not tell theirs."""
    if device.type != "cuda":
        return []
    torch.cuda.reset_peak_memory_stats()
    run()
    return [Line("peak memory of the step", torch.cuda.max_memory_allocated() / 2**30, "GiB", None, 1, 0.0)]


def _augmentation(batch: Batch, device: torch.device, args: argparse.Namespace, step_s: float) -> Line:
    times = taking_turns({"": lambda: _finish(prepared(batch, device))}, args.repetitions)[""]
    share = statistics.median(times) / step_s
    return Line("augmentation, as a share of the step", 100 * share, "%", None, len(times), spread(times))


def random_batch(settings: Pretrain) -> Batch:
    """A batch of noise, with augmentation as in training."""
    generator = np.random.default_rng(0)
    videos, clips, clip = settings.batch_videos, settings.clips_per_video, settings.clip
    samples = []
    for video in range(videos):
        pixels = generator.integers(0, 256, (clips, clip.frames, clip.size, clip.size, 3), np.uint8)
        parameters = [draw(generator, settings.augment, 340, 256) for _ in range(clips)]
        samples.append(Sample(torch.from_numpy(pixels), parameters, np.zeros((clips, 2)), video, -1))
    return collate(samples)


def step(settings: Pretrain, clips: Tensor, device: torch.device, compiled: bool = False) -> Callable[[], None]:
    """The step as training runs it."""
    model = Processes(0, 1, device).place(build_pretrain_model(settings, 0))
    if compiled:
        model.compile()
    optimizer = build_optimizer(model, settings.optimizer)

    def run() -> None:
        optimizer.zero_grad(set_to_none=True)
        _forward_backward(model, settings, clips, device, "bf16")
        optimizer.step()
        _finish(clips)

    return run


def deterministic(run: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """The same step, on the same batch, under the algorithms that training insists on."""

    def repeating() -> None:
        with repeatable(device):
            run()

    return repeating


def naive_step(settings: Pretrain, device: torch.device) -> Callable[[], None]:
    """The step as a straightforward program runs it: float32, contiguous, one parameter at a time."""
    clips = prepared(random_batch(settings), device).contiguous()
    model = build_pretrain_model(settings, 0).to(device)
    momenta = [torch.zeros_like(p) for p in model.parameters()]

    def run() -> None:
        model.zero_grad()
        _forward_backward(model, settings, clips, device, "float32")
        plain_lars(model, momenta, settings)
        _finish(clips)

    return run


def _forward_backward(
    model: PretrainModel, settings: Pretrain, clips: Tensor, device: torch.device, precision: str
) -> None:
    with autocast(precision, device):
        output = model(clips)
    pretrain_loss(output, settings).total.backward()


@torch.no_grad()
def plain_lars(model: nn.Module, momenta: list[Tensor], settings: Pretrain, rate: float = 0.1) -> None:
    """LARS of `hico.optim`, every parameter adapted and decayed."""
    trust, decay, beta = settings.optimizer.trust, settings.optimizer.weight_decay, settings.optimizer.momentum
    for parameter, momentum in zip(model.parameters(), momenta, strict=True):
        assert parameter.grad is not None
        grad_norm, weight_norm = parameter.grad.norm(), parameter.norm()
        divisor = grad_norm + decay * weight_norm
        scale = trust * weight_norm / divisor if float(divisor) != 0 else 1.0
        move = rate * scale * (parameter.grad + decay * parameter)
        momentum.mul_(beta).add_(move)
        parameter.sub_(move + beta * momentum)


def _finish(tensor: Tensor) -> None:
    """Wait for the device: GPUs work on while Python measures."""
    if tensor.device.type == "cuda":
        torch.cuda.synchronize()
