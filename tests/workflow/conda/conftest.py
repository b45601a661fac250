"""A conda from PyPI's packages, and a channel on this machine that offers the pinned Python and pip, no more."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
# conda itself is not on PyPI, but whole within this package, under another name.
HOLDER = "conda-lock==4.0.3"
HELD = "conda_lock/_vendor/conda/"
SCRIPTS = {
    "bin/conda": '#!/bin/sh\nexec "{base}/bin/python" -m conda "$@"\n',
    "bin/activate": 'eval "$("{base}/bin/conda" shell.posix activate "$1")"\n',
}
# Beside Python files conda has one for the shell, which the package lacks.
FUNCTION = 'conda() { eval "$("$CONDA_EXE" shell.posix "$@")"; }\n'


class Conda:
    """conda in a virtual environment of its own. Channels, packages and environments lie in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = folder / "base"
        self.made = folder / "made"

    def install(self) -> None:
        run(sys.executable, "-m", "venv", self.base)
        pip = (self.base / "bin/python", "-m", "pip", "--quiet")
        run(*pip, "install", "--requirement", HERE / "requirements.txt")
        run(*pip, "download", "--no-deps", "--dest", self.folder, HOLDER)
        (wheel,) = self.folder.glob("conda_lock-*.whl")
        self._unpack(wheel)
        for name, text in SCRIPTS.items():
            (self.base / name).write_text(text.format(base=self.base), encoding="utf-8")
            (self.base / name).chmod(0o755)
        (self.base / "condarc").write_text(yaml.safe_dump(self._settings()), encoding="utf-8")

    def _unpack(self, wheel: Path) -> None:
        """The conda within the wheel, by its own name again."""
        packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(self.base)}))
        with zipfile.ZipFile(wheel) as file:
            for name in file.namelist():
                if name.startswith(HELD) and name.endswith(".py"):
                    path = packages / "conda" / name.removeprefix(HELD)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(file.read(name).replace(b"conda_lock._vendor.conda", b"conda"))
        function = packages / "conda/shell/etc/profile.d/conda.sh"
        function.parent.mkdir(parents=True)
        function.write_text(FUNCTION, encoding="utf-8")

    def _settings(self) -> dict[str, object]:
        """The channel `conda-forge` is a folder here, like any other; nobody is asked elsewhere."""
        return {
            "channel_alias": (self.folder / "channels").as_uri(),
            "channel_priority": "strict",
            "default_channels": [],
            "offline": True,
            "solver": "classic",
            "pkgs_dirs": [str(self.folder / "packages")],
            "envs_dirs": [str(self.folder / "environments")],
            "register_envs": False,
            "notify_outdated_conda": False,
            "report_errors": False,
        }

    def fill_channel(self, versions: dict[str, str]) -> None:
        channel = self.folder / "channels/conda-forge"
        run(sys.executable, HERE / "channel.py", channel, versions["python"], versions["pip"])

    def variables(self) -> dict[str, str]:
        """Under these it is the first conda that is found."""
        return {"PATH": os.pathsep.join([str(self.base / "bin"), os.environ["PATH"]])}


def run(*command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def conda(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conda]:
    if not os.environ.get("HICO_TEST_CONDA"):
        pytest.skip("downloads a conda and environments of 6 GB: make test-conda")
    if not shutil.which("cc"):
        pytest.skip("needs a C compiler: conda's solver has to be compiled")
    if not Path(sys.base_prefix, f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages").is_dir():
        pytest.skip("needs a Python that can be copied; Debian's own keeps its packages elsewhere")
    conda = Conda(tmp_path_factory.mktemp("conda"))
    conda.install()
    pinned = yaml.safe_load((root / "envs/media.yaml").read_text(encoding="utf-8"))["dependencies"]
    conda.fill_channel(dict(entry.split("=") for entry in pinned if isinstance(entry, str)))
    yield conda
    # pytest keeps folders of earlier runs, and these are large.
    shutil.rmtree(conda.folder)
