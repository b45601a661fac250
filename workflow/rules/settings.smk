"""The typed configuration, and what rules take from it: sections, code digests, runs, titles."""

import json
import os
import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(ROOT / "src"))
# Jobs find the command `hico-stage`, and without conda the Python that runs Snakemake. The scripts' folder is no
# input of a rule: an edited launcher re-runs nothing.
FIRST_ON_PATH = (str(ROOT / "workflow/scripts"), str(Path(sys.executable).parent))
os.environ.update(PATH=os.pathsep.join([*FIRST_ON_PATH, os.environ.get("PATH", os.defpath)]))

try:
    from hico import code_digest as code
    from hico.annotations.contradictions import refuse_contradictions
    from hico.annotations.videos import VideoFiles
    from hico.config import series
    from hico.config.command_line import retyped
    from hico.config.data import TRIMMED, UNTRIMMED
    from hico.config.features import expanded
    from hico.config.files import check_files, is_synthetic
    from hico.config.official import annotation_files
    from hico.config.root import Config
    from hico.config.section import read_yaml
    from hico.errors import HicoError
    from hico.report import experiments as shown
except ModuleNotFoundError as error:
    raise WorkflowError(f"The Python that runs Snakemake lacks the module {error.name}: pip install {error.name}")


def read_settings(values, origin):
    """The typed configuration; its faults come out as one message, before any job starts."""
    try:
        settings = Config.check(expanded(retyped(values, workflow.config_settings.config)), origin)
        check_files(settings, origin)
        # Jobs start with the same configuration, and need not read all of it again.
        if workflow.is_main_process:
            for file in workflow.configfiles:
                read_yaml(Path(file))  # Snakemake's own reader takes the last of doubled keys without a word
            refuse_contradictions(settings, origin)
    except HicoError as error:
        raise WorkflowError(str(error))
    return settings


SETTINGS = read_settings(config, ", ".join(map(os.path.relpath, workflow.configfiles)) or "config")
FIGURE_TITLES = shown.titles(SETTINGS.pretrain)
TABLES = ("recognition", "recognition_summary", "retrieval", "retrieval_summary")


def own(path):
    """A file of this workflow, relative to the working directory."""
    return os.path.relpath(ROOT / path)


def code_digest(*modules):
    """Digest of the code behind these modules: an edited comment or docstring changes nothing."""
    return code.code_digest(*(f"hico.{module}" for module in modules))


def section(settings, *unread):
    """One section as JSON with every default filled in, less keys that the stage does not read."""
    return settings.model_dump_json(exclude=set(unread))


def dataset_title(key):
    """What tables call a data set."""
    return SETTINGS.data[key].title or key


def runs(*protocols):
    """Folders of all runs of these protocols; of all, if none is named."""
    return [
        f"<results>/{protocol}/{key}/{experiment}/seed{seed}/split{split}"
        for protocol, key, task in SETTINGS.tasks
        if not protocols or protocol in protocols
        for experiment, seed, split in SETTINGS.runs(task)
    ]


def pretrainings():
    """Folders of all pre-trained weights."""
    return [
        f"<results>/pretrain/{experiment}/seed{seed}" for experiment in SETTINGS.pretrain for seed in SETTINGS.seeds
    ]


def experiments(*methods):
    """Experiments of these methods."""
    return [key for key, experiment in SETTINGS.pretrain.items() if experiment.method in methods]


def trained_on(kinds):
    """Experiments that learn from data sets of these kinds."""
    return [
        key
        for key, experiment in SETTINGS.pretrain.items()
        if experiment.trains and SETTINGS.data[experiment.data].kind in kinds
    ]


def main_experiments():
    """Experiments that learn something, less those that only vary another one in length, distance or gamma."""
    varied = series.variants(SETTINGS.pretrain)
    return [key for key, experiment in SETTINGS.pretrain.items() if experiment.trains and key not in varied]


def measured_series(*protocols):
    """Whether two experiments that differ in one value meet on a task of these protocols."""
    found = series.series_of(SETTINGS.pretrain)
    shown = [
        set(task.experiments or SETTINGS.pretrain) for protocol, _, task in SETTINGS.tasks if protocol in protocols
    ]
    return any(len(experiments & set(one.values)) > 1 for experiments in shown for one in found)


def training_runs():
    """Folders of all runs in which videos are trained on."""
    own = expand(
        "<results>/pretrain/{experiment}/seed{seed}",
        experiment=[key for key in SETTINGS.pretrain if key not in experiments("imported")],
        seed=SETTINGS.seeds,
    )
    return own + runs("finetune", "linear_probe")


def titles(wildcards):
    """What tables call every experiment, as JSON. A function: elsewhere braces are wildcards."""
    return as_json({key: one.title or key for key, one in SETTINGS.pretrain.items()})


def figure_titles(wildcards):
    """The same for figures, which have no column that tells networks apart."""
    return as_json(FIGURE_TITLES)


def as_json(titles):
    """Experiments with these titles, their methods, and what they vary."""
    varied = series.variants(SETTINGS.pretrain)
    return json.dumps(
        {
            key: {"title": titles[key], "method": one.method, "varies": varied.get(key)}
            for key, one in SETTINGS.pretrain.items()
        }
    )


def any_of(names):
    """Pattern of a wildcard that is one of these names; of nothing if there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"
