"""A Slurm of two nodes with two pretended GPUs each, on loopback, for as long as the tests run."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ETC = Path("/etc/slurm")
MUNGE_SOCKET = Path("/run/munge/munge.socket.2")
FILES = ("slurm.conf", "gres.conf")
NODES = ("one", "two")
DAEMONS = (*(f"slurmd.{node}" for node in NODES), "slurmctld", "munged")


class Cluster:
    """Munge, controller and node daemons with files in one folder. Slurm's clients find it by links in /etc/slurm."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self) -> None:
        for name in ("state", *(f"spool.{node}" for node in NODES)):
            (self.folder / name).mkdir()
        for name in FILES:
            text = (HERE / name).read_text(encoding="utf-8").replace("@FOLDER@", str(self.folder))
            (self.folder / name).write_text(text, encoding="utf-8")
            ETC.mkdir(exist_ok=True)
            (ETC / name).symlink_to(self.folder / name)
        self._pretend_gpus()
        self._start_munge()
        configuration = str(ETC / "slurm.conf")
        self._daemon("slurmctld", "-f", configuration)
        for node in NODES:
            self._daemon("slurmd", "-f", configuration, "-N", node)
        self._wait()

    def _pretend_gpus(self) -> None:
        """Slurm takes any character device: these are those of /dev/null and /dev/zero."""
        for number, minor in enumerate((3, 5)):
            try:
                os.mknod(self.folder / f"gpu{number}", 0o020666, os.makedev(1, minor))
            except PermissionError:
                pytest.skip("this machine lets nobody make device nodes, and pretended GPUs are such")

    def _start_munge(self) -> None:
        """A machine whose Munge runs already keeps it."""
        if MUNGE_SOCKET.exists() and subprocess.run(["munge", "-n"], capture_output=True, check=False).returncode == 0:
            return
        MUNGE_SOCKET.parent.mkdir(mode=0o755, exist_ok=True)
        MUNGE_SOCKET.parent.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        files = [f"--{what}-file={self.folder}/munged.{what}" for what in ("log", "pid", "seed")]
        self._daemon("munged", "--force", f"--key-file={key}", *files)

    def _daemon(self, *command: str) -> None:
        subprocess.run(command, check=True, timeout=30)

    def _wait(self) -> None:
        for _ in range(60):
            if self.ask("scontrol", "show", "node").count("State=IDLE") == len(NODES):
                return
            time.sleep(0.5)
        logs = [path.read_text(errors="replace")[-2000:] for path in self.folder.glob("*.log")]
        raise RuntimeError("the Slurm of the tests did not come up:\n" + "\n".join(logs))

    def ask(self, *command: str) -> str:
        """What a client of Slurm prints."""
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        return done.stdout + done.stderr

    def queue(self) -> list[str]:
        """Names of jobs that wait, run or end."""
        return self.ask("squeue", "--noheader", "--format=%j").split()

    def stop(self) -> None:
        if self._number("slurmctld"):
            self.ask("scancel", "--user=root")
        for name in DAEMONS:
            self._end(name)
        for name in FILES:
            if (ETC / name).is_symlink():
                (ETC / name).unlink()

    def _end(self, name: str) -> None:
        number = self._number(name)
        if not number:
            return
        os.kill(number, signal.SIGTERM)
        for _ in range(100):
            if not self._number(name):
                return
            time.sleep(0.1)
        os.kill(number, signal.SIGKILL)

    def _number(self, name: str) -> int:
        """Number of this daemon's process; 0 if it does not run. Numbers are used again, so its name counts too."""
        file = self.folder / f"{name}.pid"
        number = int(file.read_text() or 0) if file.exists() else 0
        running = Path(f"/proc/{number}/comm")
        return number if running.exists() and running.read_text().strip() == name.partition(".")[0] else 0


def clear_leftovers() -> None:
    """End the Slurm of a test run that was killed. Raises AssertionError if the machine has a Slurm of its own."""
    for name in FILES:
        link = ETC / name
        target = link.resolve()
        if link.is_symlink() and target.parent.parent.name.startswith("pytest-"):
            Cluster(target.parent).stop()
            link.unlink(missing_ok=True)
        assert not link.exists(), f"{link} exists: this machine has a Slurm of its own"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if not os.environ.get("HICO_TEST_SLURM"):
        pytest.skip("starts a Slurm on this machine, as root: make test-slurm")
    missing = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(name)]
    assert not missing, f"{', '.join(missing)} not found: apt-get install slurm-wlm munge"
    clear_leftovers()
    cluster = Cluster(tmp_path_factory.mktemp("slurm"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
