"""Downstream: what pre-trained weights are worth. One run an experiment, seed and split."""


rule finetune:
    """Train the whole network on labeled clips, and measure it on the test videos."""
    input:
        unpack(task_data("finetune")),
        launcher=LAUNCHER,
        source=source("classify"),
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
        settings=task_settings("finetune"),
        title=task_title("finetune"),
        folder=subpath(output.metrics, parent=True),
        processes=processes,
        workers=workers,
    shell:
        "bash {input.launcher:q} {log:q} {params.processes:q} classify --protocol finetune --task {wildcards.task:q} --settings {params.settings:q}"
        " --weights {input.weights:q} --manifest {input.manifest:q} --index {input.index:q}"
        " --coverage {input.coverage:q} --data-title {params.title:q} --split {wildcards.split}"
        " --seed {wildcards.seed} --out-dir {params.folder:q} --workers {params.workers}"


rule linear_probe:
    """Train a classifier on the frozen network, and measure it on the test videos."""
    input:
        unpack(task_data("linear_probe")),
        launcher=LAUNCHER,
        source=source("classify"),
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
    conda:
        "../../envs/training.yaml"
    threads: 8
    resources:
        mem_mb=16000,
        runtime=1440,
        gpu=0,
    params:
        settings=task_settings("linear_probe"),
        title=task_title("linear_probe"),
        folder=subpath(output.metrics, parent=True),
        processes=processes,
        workers=workers,
    shell:
        "bash {input.launcher:q} {log:q} {params.processes:q} classify --protocol linear_probe --task {wildcards.task:q} --settings {params.settings:q}"
        " --weights {input.weights:q} --manifest {input.manifest:q} --index {input.index:q}"
        " --coverage {input.coverage:q} --data-title {params.title:q} --split {wildcards.split}"
        " --seed {wildcards.seed} --out-dir {params.folder:q} --workers {params.workers}"


rule retrieval:
    """Find each test video's nearest training videos by the features of the network."""
    input:
        unpack(task_data("retrieval")),
        launcher=LAUNCHER,
        source=source("retrieval"),
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
        settings=task_settings("retrieval"),
        title=task_title("retrieval"),
        folder=subpath(output.metrics, parent=True),
        gpus=one_gpu,
        workers=lone_workers,
    shell:
        "bash {input.launcher:q} {log:q} {params.gpus} retrieval --task {wildcards.task:q} --settings {params.settings:q}"
        " --weights {input.weights:q} --manifest {input.manifest:q} --index {input.index:q}"
        " --coverage {input.coverage:q} --data-title {params.title:q} --split {wildcards.split}"
        " --seed {wildcards.seed} --out-dir {params.folder:q} --workers {params.workers}"
