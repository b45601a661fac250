"""The stage's command line."""

from pathlib import Path

import pytest

from hico.errors import ConfigError
from hico.stages import synthetic_dataset


def test_renders_what_the_settings_ask_for(tmp_path: Path) -> None:
    settings = '{"videos": 2, "train_clips": 1, "test_clips": 2}'
    synthetic_dataset.main(["--settings", settings, "--out-dir", str(tmp_path / "synthetic"), "--workers", "1"])
    assert sorted(path.name for path in (tmp_path / "synthetic").iterdir()) == ["clips", "scenes.parquet", "untrimmed"]
    assert len(list((tmp_path / "synthetic").rglob("*.mp4"))) == 2
    assert len(list((tmp_path / "synthetic").rglob("*.avi"))) == 18 * 3


def test_unknown_setting_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'videos'"):
        synthetic_dataset.main(["--settings", '{"video": 2}', "--out-dir", str(tmp_path / "synthetic")])
    assert not list(tmp_path.iterdir())
