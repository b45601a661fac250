"""Downstream: what pre-trained weights are worth. One run an experiment, seed and split."""


rule finetune:
    """Train the whole network on labeled clips, and measure it on the test videos."""
    input:
        unpack(lambda wildcards: tables_of(SETTINGS.finetune[wildcards.task].data)),
        weights="<results>/pretrain/{experiment}/seed{seed}/weights.safetensors",
    output:
        metrics="<results>/finetune/{task}/{experiment}/seed{seed}/split{split}/metrics.json",
        predictions="<results>/finetune/{task}/{experiment}/seed{seed}/split{split}/predictions.parquet",
        curves="<results>/finetune/{task}/{experiment}/seed{seed}/split{split}/metrics.csv",
        dropped="<results>/finetune/{task}/{experiment}/seed{seed}/split{split}/dropped.csv",
        provenance="<results>/finetune/{task}/{experiment}/seed{seed}/split{split}/provenance.json",
    log:
        "<logs>/finetune/{task}/{experiment}/seed{seed}/split{split}.log",
    benchmark:
        "<benchmarks>/finetune/{task}/{experiment}/seed{seed}/split{split}.tsv"
    conda:
        "../../envs/training.yaml"
    threads: 8
    resources:
        mem_mb=16000,
        runtime=1440,
        gpu=0,
    params:
        code=code_digest("stages.classify"),
        protocol="finetune",
        settings=lambda wildcards: section(SETTINGS.finetune[wildcards.task], "experiments"),
        title=lambda wildcards: dataset_title(SETTINGS.finetune[wildcards.task].data),
        folder=subpath(output.metrics, parent=True),
        processes=processes,
        workers=workers,
    shell:
        "hico-stage {log:q} {params.processes:q} classify --protocol {params.protocol:q} --task {wildcards.task:q}"
        " --settings {params.settings:q}"
        " --weights {input.weights:q} --manifest {input.manifest:q} --index {input.index:q}"
        " --coverage {input.coverage:q} --data-title {params.title:q} --split {wildcards.split}"
        " --seed {wildcards.seed} --out-dir {params.folder:q} --workers {params.workers}"


# Trains a classifier on the frozen network.
use rule finetune as linear_probe with:
    input:
        unpack(lambda wildcards: tables_of(SETTINGS.linear_probe[wildcards.task].data)),
        weights="<results>/pretrain/{experiment}/seed{seed}/weights.safetensors",
    output:
        metrics="<results>/linear_probe/{task}/{experiment}/seed{seed}/split{split}/metrics.json",
        predictions="<results>/linear_probe/{task}/{experiment}/seed{seed}/split{split}/predictions.parquet",
        curves="<results>/linear_probe/{task}/{experiment}/seed{seed}/split{split}/metrics.csv",
        dropped="<results>/linear_probe/{task}/{experiment}/seed{seed}/split{split}/dropped.csv",
        provenance="<results>/linear_probe/{task}/{experiment}/seed{seed}/split{split}/provenance.json",
    log:
        "<logs>/linear_probe/{task}/{experiment}/seed{seed}/split{split}.log",
    benchmark:
        "<benchmarks>/linear_probe/{task}/{experiment}/seed{seed}/split{split}.tsv"
    params:
        code=code_digest("stages.classify"),
        protocol="linear_probe",
        settings=lambda wildcards: section(SETTINGS.linear_probe[wildcards.task], "experiments"),
        title=lambda wildcards: dataset_title(SETTINGS.linear_probe[wildcards.task].data),


rule retrieval:
    """Find each test video's nearest training videos by the features of the network."""
    input:
        unpack(lambda wildcards: tables_of(SETTINGS.retrieval[wildcards.task].data)),
        weights="<results>/pretrain/{experiment}/seed{seed}/weights.safetensors",
    output:
        metrics="<results>/retrieval/{task}/{experiment}/seed{seed}/split{split}/metrics.json",
        predictions="<results>/retrieval/{task}/{experiment}/seed{seed}/split{split}/predictions.parquet",
        provenance="<results>/retrieval/{task}/{experiment}/seed{seed}/split{split}/provenance.json",
    log:
        "<logs>/retrieval/{task}/{experiment}/seed{seed}/split{split}.log",
    benchmark:
        "<benchmarks>/retrieval/{task}/{experiment}/seed{seed}/split{split}.tsv"
    conda:
        "../../envs/training.yaml"
    threads: 8
    resources:
        mem_mb=16000,
        runtime=240,
        gpu=0,
    params:
        code=code_digest("stages.retrieval"),
        settings=lambda wildcards: section(SETTINGS.retrieval[wildcards.task], "experiments"),
        title=lambda wildcards: dataset_title(SETTINGS.retrieval[wildcards.task].data),
        folder=subpath(output.metrics, parent=True),
        gpus=lambda wildcards, resources: min(1, resources.gpu),
        workers=lambda wildcards, threads: max(1, threads - 1),
    shell:
        "hico-stage {log:q} {params.gpus} retrieval --task {wildcards.task:q} --settings {params.settings:q}"
        " --weights {input.weights:q} --manifest {input.manifest:q} --index {input.index:q}"
        " --coverage {input.coverage:q} --data-title {params.title:q} --split {wildcards.split}"
        " --seed {wildcards.seed} --out-dir {params.folder:q} --workers {params.workers}"
