"""Two gloo processes give the gradients of one process on the joined batch."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hico.losses import instance_loss, tcl_loss, vcl_loss

SCRIPT = Path(__file__).with_name("two_processes.py")


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("two_processes", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gradients(tmp_path_factory):
    """By number of near pairs (0: SimCLR), the gradients that two processes agree on."""
    out = tmp_path_factory.mktemp("gloo") / "gradients.pt"
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run([*launcher, str(SCRIPT), str(out)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return torch.load(out, weights_only=True)


def joined_loss(script, model, pairs):
    """VCL over all videos; TCL within each process's half, averaged."""
    settings, clips = script.settings(pairs), script.clips(pairs)
    videos, count = clips.shape[:2]
    if pairs == 0:
        return instance_loss(model(clips).visual, videos, count, 0.1)
    vcl = vcl_loss(model(clips).visual, videos, count, 0.1, pairs)
    rows = count if pairs == 1 else pairs
    halves = [tcl_loss(model(half).topic_logits, videos // 2, rows, settings.loss.gamma) for half in clips.chunk(2)]
    return vcl + sum(halves) / 2


@pytest.mark.parametrize("pairs", [0, 1, 2])
def test_gradients_are_those_of_the_joined_batch(script, gradients, pairs):
    model = script.network(pairs)
    joined_loss(script, model, pairs).backward()
    largest = max(float(weight.grad.abs().max()) for weight in model.parameters())
    assert largest > 1e-3
    assert set(gradients[pairs]) == {name for name, _ in model.named_parameters()}
    for name, weight in model.named_parameters():
        torch.testing.assert_close(gradients[pairs][name], weight.grad, rtol=1e-7, atol=1e-10 * largest)
