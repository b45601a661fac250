"""Features of one's own videos: embeddings of consecutive clips, in one table."""


rule features:
    """Embed consecutive clips of whole videos with the backbone of a weights file."""
    input:
        launcher=LAUNCHER,
        source=source("features"),
        index=features_index,
        weights=features_weights,
    output:
        table="<results>/features.parquet",
        unusable="<results>/features.unusable.csv",
        provenance="<results>/features.parquet.provenance.json",
    log:
        "<logs>/features.log",
    benchmark:
        "<benchmarks>/features.tsv"
    conda:
        "../../envs/training.yaml"
    threads: 8
    resources:
        mem_mb=16000,
        runtime=1440,
        gpu=0,
    params:
        settings=lambda wildcards: section(SETTINGS.features),
        gpus=one_gpu,
    shell:
        "bash {input.launcher:q} {log:q} {params.gpus} features --settings {params.settings:q} --weights {input.weights:q}"
        " --index {input.index:q} --out {output.table:q} --unusable-out {output.unusable:q} --workers {threads}"
