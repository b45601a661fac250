"""The pre-training step: accumulated parts and two processes give the gradient of the whole batch."""

import copy
import os
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.multiprocessing as mp
from torch import Tensor

from hico.augment import AugmentParameters, draw
from hico.config.experiments import Pretrain
from hico.config.training import Augment
from hico.data.clips import Batch
from hico.nets.model import PretrainModel, build_pretrain_model
from hico.optim import build_optimizer
from hico.training.batchnorm import gather_statistics
from hico.training.inputs import prepared
from hico.training.loop import State
from hico.training.pretraining import PretrainStep
from hico.training.processes import Processes, processes

CLIP, VIDEOS = 3, 4


def settings(**changes: Any) -> Pretrain:
    small: dict[str, Any] = {
        "method": "hico",
        "data": "toy",
        "backbone": {"width": 0.0625},
        "head": {"hidden": 8, "embedding": 4, "predictor": 8},
        "clip": {"frames": 4, "size": 16},
        "compute": {"precision": "float32"},
    }
    return Pretrain.check(small | changes, "test")


def batch(videos: int = VIDEOS, clips: int = CLIP) -> Batch:
    generator = np.random.default_rng(0)
    pixels = torch.from_numpy(generator.integers(0, 256, (videos, clips, 4, 16, 16, 3), np.uint8))
    parameters = [draw(generator, Augment(), 16, 16) for _ in range(videos * clips)]
    return Batch(pixels, parameters, torch.arange(videos), torch.full((videos,), -1), np.zeros((videos, clips, 2)))


def part(whole: Batch, rank: int, world: int) -> Batch:
    share = len(whole.videos) // world
    rows = slice(rank * share, (rank + 1) * share)
    clips = whole.clips.shape[1]
    parameters: list[AugmentParameters] = whole.augment[rows.start * clips : rows.stop * clips]
    return Batch(whole.clips[rows], parameters, whole.videos[rows], whole.labels[rows], whole.windows[rows])


def frozen_model(of: Pretrain) -> PretrainModel:
    """BatchNorm in evaluation mode, so that a part does not differ from the whole; running statistics not trivial."""
    model = build_pretrain_model(of, 0).double()
    for module in model.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.running_var.fill_(1e-4)  # type: ignore[union-attr]
    return model.eval()


def gradients(of: Pretrain, group: Processes, some: Batch) -> dict[str, Tensor]:
    model = frozen_model(of).float()
    state = State(model, build_optimizer(model, of.optimizer))
    PretrainStep(of, group, steps=10)(state, some)
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


ONE = Processes(0, 1, torch.device("cpu"))


def assert_same(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> None:
    assert ours.keys() == theirs.keys()
    scale = max(float(value.abs().max()) for value in theirs.values())
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, rtol=1e-3, atol=1e-5 * scale, msg=lambda m, n=name: f"{n}: {m}")


@pytest.mark.parametrize("changes", [{}, {"method": "simclr"}, {"loss": {"tcl": 0}}, {"sampling": {"near_pairs": 2}}])
def test_parts_give_the_gradient_of_the_whole(changes: dict[str, Any]) -> None:
    whole = settings(**changes)
    some = batch(clips=whole.clips_per_video)
    assert_same(gradients(settings(accumulate=2, **changes), ONE, some), gradients(whole, ONE, some))


def test_parts_may_be_uneven() -> None:
    some = batch(videos=3)
    assert_same(gradients(settings(accumulate=2), ONE, some), gradients(settings(), ONE, some))


def test_statistics_are_those_of_one_pass_a_part() -> None:
    models = []
    for accumulate in (1, 2):
        of = settings(accumulate=accumulate)
        model = build_pretrain_model(of, 0)
        PretrainStep(of, ONE, steps=10)(State(model, build_optimizer(model, of.optimizer)), batch())
        models.append(model)
    tracked = [dict(model.named_buffers())["visual_head.first_norm.num_batches_tracked"].item() for model in models]
    assert tracked == [1, 2]


def _share(rank: int, folder: str, port: int) -> None:
    os.environ |= {"RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    with processes() as group:
        of = settings(loss={"tcl": 0})
        torch.save(gradients(of, group, part(batch(), rank, 2)), f"{folder}/{rank}.pt")


def test_two_processes_give_the_gradient_of_one(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(root)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mp.spawn(_share, (str(tmp_path), port), nprocs=2)
    whole = gradients(settings(loss={"tcl": 0}), ONE, batch())
    for rank in (0, 1):
        assert_same(torch.load(tmp_path / f"{rank}.pt", weights_only=True), whole)


def test_an_update_moves_every_parameter_but_those_that_are_0() -> None:
    """As in the released short schedules: BatchNorm scaled, so that its biases stay where they start."""
    of = settings()
    model = build_pretrain_model(of, 0)
    before = copy.deepcopy(model.state_dict())
    state = State(model, build_optimizer(model, of.optimizer))
    row = PretrainStep(of, ONE, steps=10)(state, batch())
    for group in state.optimizer.param_groups:
        group["lr"] = 1.0
    state.optimizer.step()
    assert row["loss"] == pytest.approx(row["vcl"] + row["tcl"])
    still = {name for name, p in model.named_parameters() if torch.equal(p, before[name])}
    assert still == {name for name, p in before.items() if name in dict(model.named_parameters()) and not p.any()}
    assert {name.rsplit(".", 2)[-2][-4:] for name in still} == {"norm"}


def test_statistics_of_an_untrained_network_are_the_plain_mean_over_batches() -> None:
    model = build_pretrain_model(settings(), 0)
    batches = [batch(2), batch(3), batch(4)]
    convolution, norm = model.backbone.conv1.spatial, model.backbone.conv1.spatial_norm  # type: ignore[union-attr]
    with torch.no_grad():
        outputs = [convolution(prepared(one, ONE.device).flatten(0, 1)).transpose(0, 1).flatten(1) for one in batches]
    gather_statistics(model, batches, ONE.device)
    torch.testing.assert_close(norm.running_mean, torch.stack([one.mean(dim=1) for one in outputs]).mean(dim=0))
    torch.testing.assert_close(norm.running_var, torch.stack([one.var(dim=1) for one in outputs]).mean(dim=0))
