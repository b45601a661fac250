"""Where the files of this workflow lie: its own folder, or a checkout where it is a module from a git repository."""

from pathlib import Path

from git import Repo
from snakemake.exceptions import WorkflowError
from snakemake.sourcecache import LocalSourceFile

CHECKOUT = Path(".snakemake/hico")


def root_of(place):
    """The root folder, given that of this file."""
    if isinstance(place, LocalSourceFile):
        return Path(place.get_path_or_uri(secret_free=True)).parents[1]
    try:
        repository = place.hosted_repo.repo if hasattr(place, "hosted_repo") else Repo(place.repo_path)
    except AttributeError:
        raise WorkflowError(f"{place}: neither a folder nor a git repository; clone it and name the clone's Snakefile")
    return check_out(repository, repository.commit(place.ref))


def check_out(repository, commit):
    """All files of a commit. Snakemake itself takes single files out of git, but stages need the whole package."""
    if not CHECKOUT.exists():
        Repo.clone_from(repository.git_dir, CHECKOUT, no_checkout=True)
    own = Repo(CHECKOUT)
    if not own.head.is_detached or own.head.commit != commit:
        own.git.fetch(repository.git_dir, commit.hexsha)
        # Leaves alone what did not change, so that only stages that import something newer run again.
        own.git.checkout("--detach", "--force", commit.hexsha)
    return CHECKOUT.absolute()


ROOT = root_of(workflow.current_basedir)
