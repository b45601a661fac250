"""Features of one's own videos: embeddings of consecutive clips, in one table."""


rule features:
    """Embed consecutive clips of whole videos with the backbone of a weights file."""
    input:
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
        code=code_digest("stages.features"),
        settings=lambda wildcards: section(SETTINGS.features),
        gpus=lambda wildcards, resources: min(1, resources.gpu),
    shell:
        "hico-stage {log:q} {params.gpus} features --settings {params.settings:q} --weights {input.weights:q}"
        " --index {input.index:q} --out {output.table:q} --unusable-out {output.unusable:q} --workers {threads}"
