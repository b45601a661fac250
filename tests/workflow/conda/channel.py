"""Write a conda channel that offers exactly the pinned Python and pip: channel.py FOLDER PYTHON PIP

The package `python` holds the Python behind the one that runs this, whatever the last part of its version is.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

NAME = f"python{sys.version_info.major}.{sys.version_info.minor}"
LEFT_OUT = shutil.ignore_patterns("site-packages", "test", "tests", "__pycache__", "idlelib", "ensurepip", "config-*")
SCRIPTS = {"type": "python", "entry_points": ["pip = pip._internal.cli.main:main"]}


def python(folder: Path) -> None:
    """Interpreter and standard library, without packages."""
    base = Path(sys.base_prefix)
    shutil.copytree(base / "lib" / NAME, folder / "lib" / NAME, ignore=LEFT_OUT)
    for library in base.glob("lib/libpython*.so*"):
        shutil.copy2(library, folder / "lib", follow_symlinks=False)
    (folder / "bin").mkdir()
    shutil.copy2(base / "bin" / NAME, folder / "bin")
    for link in ("python", "python3"):
        (folder / "bin" / link).symlink_to(NAME)


def pip(folder: Path, version: str) -> None:
    """pip as PyPI has it, in the form that conda links into any Python."""
    target = folder / "site-packages"
    options = ["--quiet", "--no-deps", "--target", str(target), f"pip=={version}"]
    subprocess.run([sys.executable, "-m", "pip", "install", *options], check=True)
    shutil.rmtree(target / "bin")
    (folder / "info").mkdir()
    (folder / "info/link.json").write_text(json.dumps({"noarch": SCRIPTS, "package_metadata_version": 1}))


def pack(folder: Path, channel: Path, **index: Any) -> None:
    """One package, and the listing of its part of the channel."""
    record = {"build": "0", "build_number": 0, **index}
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file()]
    (folder / "info").mkdir(exist_ok=True)
    (folder / "info/index.json").write_text(json.dumps(record))
    (folder / "info/files").write_text("".join(f"{file}\n" for file in files if not file.startswith("info/")))
    part = channel / record["subdir"]
    part.mkdir(parents=True)
    package = part / f"{record['name']}-{record['version']}-0.tar.bz2"
    with tarfile.open(package, "w:bz2", compresslevel=1) as archive:
        archive.add(folder, arcname="")
    content = package.read_bytes()
    sums = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    listing = {"info": {"subdir": part.name}, "packages": {package.name: record | sums}, "packages.conda": {}}
    (part / "repodata.json").write_text(json.dumps(listing))


def main(channel: Path, python_version: str, pip_version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        python(Path(folder))
        pack(Path(folder), channel, name="python", version=python_version, depends=[], subdir="linux-64")
    with tempfile.TemporaryDirectory() as folder:
        pip(Path(folder), pip_version)
        index = {"depends": ["python"], "noarch": "python", "subdir": "noarch"}
        pack(Path(folder), channel, name="pip", version=pip_version, **index)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
