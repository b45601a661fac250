"""HiCo: annotation files and videos go in at the top; tables, figures and a report come out at the bottom."""

from snakemake.utils import min_version

min_version("9.20")


# Features of one's own videos need no more than the command line says: the default is left out then.
if not workflow.overwrite_configfiles and "videos" not in config:

    configfile: "config/config.yaml"


include: "workflow/rules/root.smk"
include: "workflow/rules/settings.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/targets.smk"


pathvars:
    results=f"results/{SETTINGS.name}",
    logs=f"logs/{SETTINGS.name}",
    benchmarks=f"results/{SETTINGS.name}/benchmarks",


report: "workflow/report/workflow.rst"


wildcard_constraints:
    dataset=any_of(SETTINGS.data),
    experiment=any_of(SETTINGS.pretrain),
    shard="[0-9]+",
    seed="[0-9]+",
    split="[0-9]+",
    protocol=any_of({protocol for protocol, _, _ in SETTINGS.tasks}),
    task=any_of({key for _, key, _ in SETTINGS.tasks}),


include: "workflow/rules/data.smk"
include: "workflow/rules/pretrain.smk"
include: "workflow/rules/downstream.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/measures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/features.smk"


rule all:
    """Everything that the configuration asks for: tables, figures and the report, or features."""
    default_target: True
    input:
        everything(),
    localrule: True
