"""Pre-training: from an index of videos to weights."""


rule pretrain:
    """Train one network without labels. A run that was stopped goes on from its checkpoints."""
    input:
        unpack(lambda wildcards: tables_of(SETTINGS.pretrain[wildcards.experiment].data)),
    output:
        weights="<results>/pretrain/{experiment}/seed{seed}/weights.safetensors",
        metrics="<results>/pretrain/{experiment}/seed{seed}/metrics.csv",
        dropped="<results>/pretrain/{experiment}/seed{seed}/dropped.csv",
        speed="<results>/pretrain/{experiment}/seed{seed}/speed.csv",
        topics="<results>/pretrain/{experiment}/seed{seed}/topics.npz",
        settings="<results>/pretrain/{experiment}/seed{seed}/settings.json",
        provenance="<results>/pretrain/{experiment}/seed{seed}/provenance.json",
    log:
        "<logs>/pretrain/{experiment}/seed{seed}.log",
    benchmark:
        "<benchmarks>/pretrain/{experiment}/seed{seed}.tsv"
    wildcard_constraints:
        experiment=any_of(set(SETTINGS.pretrain) - set(experiments("imported"))),
    conda:
        "../../envs/training.yaml"
    threads: 8
    resources:
        mem_mb=16000,
        runtime=1440,
        gpu=0,
    params:
        code=code_digest("stages.pretrain"),
        settings=lambda wildcards: section(SETTINGS.pretrain[wildcards.experiment], "title"),
        title=lambda wildcards: dataset_title(SETTINGS.pretrain[wildcards.experiment].data),
        folder=subpath(output.weights, parent=True),
        processes=processes,
        workers=workers,
    shell:
        "hico-stage {log:q} {params.processes:q} pretrain --experiment {wildcards.experiment:q}"
        " --settings {params.settings:q} --seed {wildcards.seed} --manifest {input.manifest:q}"
        " --index {input.index:q} --coverage {input.coverage:q} --data-title {params.title:q}"
        " --out-dir {params.folder:q} --workers {params.workers}"


rule import_weights:
    """Take the weights of an experiment from a file instead of training."""
    input:
        imported=lambda wildcards: str(SETTINGS.pretrain[wildcards.experiment].weights),
    output:
        weights="<results>/pretrain/{experiment}/seed{seed}/weights.safetensors",
        provenance="<results>/pretrain/{experiment}/seed{seed}/provenance.json",
    log:
        "<logs>/import_weights/{experiment}/seed{seed}.log",
    wildcard_constraints:
        experiment=any_of(experiments("imported")),
    conda:
        "../../envs/training.yaml"
    params:
        code=code_digest("stages.import_weights"),
        settings=lambda wildcards: section(SETTINGS.pretrain[wildcards.experiment], "title"),
    shell:
        "hico-stage {log:q} 0 import_weights --experiment {wildcards.experiment:q}"
        " --seed {wildcards.seed} --settings {params.settings:q} --weights {input.imported:q}"
        " --out {output.weights:q} --provenance-out {output.provenance:q}"
