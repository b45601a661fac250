"""`hico.load`: a backbone and the transform of evaluation, from a file alone."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import hico
from hico.augment import center_crop_box, normalize
from hico.errors import WeightsError
from hico.nets.weights import save
from hico.video.decode import crop_scaled


def pixels(height: int = 40, width: int = 60) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (4, height, width, 3), np.uint8)


def test_the_example_of_the_documentation_runs(tiny_weights: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (root / "docs/start.md").read_text(encoding="utf-8")
    example = next(code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "hico.load" in code)
    monkeypatch.chdir(tiny_weights.parent)
    values: dict[str, object] = {"frames": pixels()}
    exec(example, values)
    embedding = values["embedding"]
    assert isinstance(embedding, torch.Tensor)
    assert embedding.shape == (1, 64)


def test_backbone_is_ready_for_features(tiny_weights: Path) -> None:
    backbone, transform = hico.load(tiny_weights)
    assert not backbone.training
    assert not any(parameter.requires_grad for parameter in backbone.parameters())
    assert (transform.clip.frames, transform.clip.rate, transform.clip.size) == (4, 7.5, 16)
    assert torch.equal(backbone(transform(pixels())), backbone(transform(pixels())))


@pytest.mark.parametrize(("height", "width"), [(40, 60), (61, 33), (32, 32)])
def test_transform_is_that_of_evaluation(tiny_weights: Path, height: int, width: int) -> None:
    _, transform = hico.load(str(tiny_weights))
    frames = pixels(height, width)
    wanted = normalize(torch.from_numpy(crop_scaled(frames, center_crop_box(width, height), 16))[None])
    assert torch.equal(transform(frames), wanted)
    assert torch.equal(transform(torch.from_numpy(frames)), wanted)
    assert wanted.shape == (1, 3, 4, 16, 16)


@pytest.mark.parametrize("wrong", [pixels()[0], pixels().astype(np.float32), pixels()[..., :1], pixels()[:0]])
def test_other_frames_are_refused(tiny_weights: Path, wrong: np.ndarray) -> None:
    _, transform = hico.load(tiny_weights)
    with pytest.raises(ValueError, match=r"needs uint8 RGB of shape \(T, H, W, 3\)"):
        transform(wrong)


def test_a_file_that_is_no_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(b"no weights")
    with pytest.raises(WeightsError, match=r"w\.safetensors"):
        hico.load(path)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"settings": None},
        {"settings": {"method": "hico", "data": "d", "epochs": 0}},
        {"settings": {"method": "hico", "data": "d", "backbone": {"name": "hico.nets.model:NoNetwork"}}},
    ],
)
def test_a_file_that_does_not_say_its_network_is_refused(tmp_path: Path, said: dict[str, Any]) -> None:
    path = tmp_path / "w.safetensors"
    save(path, {"backbone.a": torch.zeros(1)}, said)
    with pytest.raises(WeightsError, match=r"^\S*w\.safetensors: does not say which network it is for: "):
        hico.load(path)


def test_importing_the_package_does_not_import_torch() -> None:
    code = "import hico, sys; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_stages_do_not_depend_on_the_api() -> None:
    from hico.code_digest import find_modules

    assert "api.py" not in {file.name for file in find_modules("hico.stages.annotations")}
