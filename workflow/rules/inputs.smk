"""Input and parameter functions that need more than a pattern."""


def is_rendered(key):
    """Whether a data set lies in the synthetic data set."""
    return is_synthetic(SETTINGS, SETTINGS.data[key])


def synthetic_folder_of(wildcards):
    """The synthetic data set, for the data sets that lie in it."""
    return ["<results>/synthetic"] if is_rendered(wildcards.dataset) else []


def official_files(wildcards):
    """Annotation files that are there before the workflow starts."""
    key = wildcards.dataset
    return [] if is_rendered(key) else [str(file) for file in annotation_files(SETTINGS.data[key])]


def media_listing(wildcards, output):
    """What lies below a data set's root: part of a cached result's key. With `output` it is none of what re-runs."""
    if is_rendered(wildcards.dataset) or not workflow.enable_cache:
        return ""
    try:
        return VideoFiles.scan(Path(SETTINGS.data[wildcards.dataset].root)).fingerprint()
    except HicoError as error:
        raise WorkflowError(str(error))


def tables_of(key):
    """Manifest, index and coverage of one data set; the latter two of its store, where it has one."""
    folder = f"<results>/data/{key}"
    media = folder if SETTINGS.data[key].store is None else f"{folder}/store"
    return {
        "manifest": f"{folder}/manifest.parquet",
        "index": f"{media}/index.parquet",
        "coverage": f"{media}/coverage.csv",
    }


def tables_used(name):
    """This table of every data set that is used."""
    return [tables_of(key)[name] for key in SETTINGS.used_data]


def title_of(wildcards):
    """What figures call an experiment."""
    return FIGURE_TITLES[wildcards.experiment]


def processes(wildcards, resources):
    """GPUs of this machine, with a process for each; or `srun`, for those of a Slurm job over several machines."""
    return resources.get("mpi") or resources.gpu


def workers(wildcards, threads, resources):
    """Decoding processes beside each training process: at least one, so that a codec's crash cannot end the run."""
    sharing = 1 if resources.get("mpi") else max(1, resources.gpu)
    return max(1, threads // sharing - 1)


def experiment_runs(file):
    """This file of all runs of an experiment on a task."""
    return collect(
        f"<results>/{{{{protocol}}}}/{{{{task}}}}/{{{{experiment}}}}/seed{{seed}}/split{{split}}/{file}",
        seed=SETTINGS.seeds,
        split=splits_of,
    )


def splits_of(wildcards):
    """Splits of a task's data set."""
    return SETTINGS.data[getattr(SETTINGS, wildcards.protocol)[wildcards.task].data].splits


def own_snakefile(wildcards, output):
    """This workflow's Snakefile. Asking for `output` keeps the path out of what re-runs the rule."""
    return str(ROOT / "Snakefile")


def features_index(wildcards):
    """Index of the data set whose features are asked for."""
    if SETTINGS.features is None:
        raise WorkflowError("No features are asked for: add --config videos=DIR weights=FILE")
    return tables_of(SETTINGS.features.data)["index"]


def features_weights(wildcards):
    """The weights whose features are asked for."""
    return str(SETTINGS.features.weights) if SETTINGS.features else []
