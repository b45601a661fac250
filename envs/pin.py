"""Write the exact versions of this Python's installed packages into envs/*.yaml and requirements*.txt.

packages.toml names what is needed directly; each file lists that and everything it needs in turn.
`make lock` runs this in a fresh environment. With --check nothing is written.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).resolve().parent
HEAD = "# Written by `make lock` from envs/packages.toml. Do not edit.\n"


def wanted() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "packages.toml").read_text(encoding="utf-8"))


def everything(groups: dict[str, Any]) -> list[str]:
    """All direct requirements, for pip to choose versions of."""
    lists = [*groups["environments"].values(), groups["development"]["packages"]]
    return sorted({name for names in lists for name in names})


def pins(direct: Iterable[str]) -> list[str]:
    """`name==version` of these packages and of all that they need, sorted by name."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in direct]
    while waiting:
        requirement, asked_by = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            version, needed = _installed(requirement, asked_by)
            found[name] = f"{name}=={version}"
            waiting += [(more, name) for more in needed if _applies(more, extra)]
    return [found[name] for name in sorted(found)]


def _installed(requirement: Requirement, asked_by: str) -> tuple[str, list[Requirement]]:
    try:
        package = distribution(requirement.name)
    except PackageNotFoundError:
        sys.exit(f"{requirement.name} is not installed, and {asked_by or 'packages.toml'} needs it; run make lock")
    if not requirement.specifier.contains(package.version, prereleases=True):
        sys.exit(
            f"{requirement.name} {package.version} is installed, but {asked_by or 'packages.toml'} needs {requirement}"
        )
    return package.version, [Requirement(text) for text in package.requires or []]


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def environment_text(direct: list[str], conda: dict[str, str]) -> str:
    lines = "".join(f"      - {pin}\n" for pin in pins(direct))
    return (
        f"{HEAD}channels:\n  - conda-forge\n  - nodefaults\ndependencies:\n"
        f"  - python={conda['python']}\n  - pip={conda['pip']}\n  - pip:\n{lines}"
    )


def files() -> dict[Path, str]:
    """Every generated file with its text."""
    groups = wanted()
    environments: dict[str, list[str]] = groups["environments"]
    texts = {
        FOLDER / f"{name}.yaml": environment_text(direct, groups["conda"]) for name, direct in environments.items()
    }
    runtime = pins(name for direct in environments.values() for name in direct)
    added = [pin for pin in pins(groups["development"]["packages"]) if pin not in runtime]
    texts[FOLDER.parent / "requirements.txt"] = HEAD + "".join(f"{pin}\n" for pin in runtime)
    texts[FOLDER.parent / "requirements-dev.txt"] = f"{HEAD}-r requirements.txt\n" + "".join(
        f"{pin}\n" for pin in added
    )
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--direct", action="store_true", help="only print the direct requirements")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is out of step")
    args = parser.parse_args()
    if args.direct:
        print("\n".join(everything(wanted())))
        return
    stale = [path for path, text in files().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if args.check and stale:
        sys.exit(f"not what is installed: {', '.join(path.name for path in stale)}; run make lock, or make setup")
    for path in stale:
        path.write_text(files()[path], encoding="utf-8")


if __name__ == "__main__":
    main()
