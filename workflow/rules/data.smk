"""From annotation files and videos to tables: the synthetic data set, manifests, indexes."""


rule synthetic_dataset:
    """Render the synthetic data set: videos, clips and their annotation files in official formats."""
    output:
        dataset=directory("<results>/synthetic"),
    log:
        "<logs>/synthetic_dataset.log",
    cache: True
    conda:
        "../../envs/media.yaml"
    threads: 8
    params:
        code=code_digest("stages.synthetic_dataset"),
        settings=lambda wildcards: section(SETTINGS.synthetic),
    shell:
        "hico-stage {log:q} 0 synthetic_dataset --settings {params.settings:q}"
        " --out-dir {output.dataset:q} --workers {threads}"


rule annotations:
    """Read a data set's official annotation files into one manifest, one row an annotation."""
    input:
        official=official_files,
        synthetic=synthetic_folder_of,
    output:
        manifest="<results>/data/{dataset}/manifest.parquet",
        provenance="<results>/data/{dataset}/manifest.parquet.provenance.json",
    log:
        "<logs>/annotations/{dataset}.log",
    cache: True
    conda:
        "../../envs/media.yaml"
    params:
        code=code_digest("stages.annotations"),
        key=lambda wildcards: wildcards.dataset,
        settings=lambda wildcards: section(SETTINGS.data[wildcards.dataset], "title", "store"),
        listing=media_listing,
    shell:
        "hico-stage {log:q} 0 annotations --key {params.key:q}"
        " --settings {params.settings:q} --out {output.manifest:q}"


rule index_shard:
    """Probe one share of a data set's videos: what the media really is, and what is unusable."""
    input:
        synthetic=synthetic_folder_of,
        manifest="<results>/data/{dataset}/manifest.parquet",
    output:
        table="<results>/data/{dataset}/shards/{shard}.parquet",
    log:
        "<logs>/index_shard/{dataset}.{shard}.log",
    cache: True
    conda:
        "../../envs/media.yaml"
    threads: 2
    resources:
        runtime=240,
    params:
        code=code_digest("stages.index_shard"),
        settings=section(SETTINGS.index, "max_unusable"),
        shard=lambda wildcards: wildcards.shard,
    shell:
        "hico-stage {log:q} 0 index_shard --manifest {input.manifest:q} --settings {params.settings:q}"
        " --shard {params.shard} --out {output.table:q} --workers {threads}"


rule index:
    """Join the shards to one index, count what is covered, stop if too much is unusable."""
    input:
        manifest="<results>/data/{dataset}/manifest.parquet",
        shards=expand("<results>/data/{{dataset}}/shards/{shard}.parquet", shard=range(SETTINGS.index.shards)),
    output:
        index="<results>/data/{dataset}/index.parquet",
        coverage="<results>/data/{dataset}/coverage.csv",
        provenance="<results>/data/{dataset}/index.parquet.provenance.json",
    log:
        "<logs>/index/{dataset}.log",
    cache: True
    conda:
        "../../envs/media.yaml"
    resources:
        mem_mb=8000,
    params:
        code=code_digest("stages.index"),
        dataset=lambda wildcards: wildcards.dataset,
        settings=section(SETTINGS.index, "full_check"),
    shell:
        "hico-stage {log:q} 0 index --manifest {input.manifest:q} --shards {input.shards:q}"
        " --settings {params.settings:q} --out {output.index:q} --coverage {output.coverage:q}"


# Not cached: its index names the copies, which lie outside its outputs so that a run that was stopped keeps them.
rule transcode:
    """Copy a data set's usable videos to small files that decode fast, and index the copies."""
    input:
        synthetic=synthetic_folder_of,
        manifest="<results>/data/{dataset}/manifest.parquet",
        index="<results>/data/{dataset}/index.parquet",
    output:
        index="<results>/data/{dataset}/store/index.parquet",
        coverage="<results>/data/{dataset}/store/coverage.csv",
        provenance="<results>/data/{dataset}/store/index.parquet.provenance.json",
    log:
        "<logs>/transcode/{dataset}.log",
    benchmark:
        "<benchmarks>/transcode/{dataset}.tsv"
    wildcard_constraints:
        dataset=any_of(key for key, dataset in SETTINGS.data.items() if dataset.store is not None),
    conda:
        "../../envs/media.yaml"
    threads: 8
    resources:
        mem_mb=8000,
        runtime=1440,
    params:
        code=code_digest("stages.transcode"),
        settings=lambda wildcards: section(SETTINGS.data[wildcards.dataset].store),
        max_unusable=SETTINGS.index.max_unusable,
        folder=subpath(output.index, parent=True),
    shell:
        "hico-stage {log:q} 0 transcode --manifest {input.manifest:q} --index {input.index:q}"
        " --settings {params.settings:q} --max-unusable {params.max_unusable} --out-dir {params.folder:q}"
        " --out {output.index:q} --coverage {output.coverage:q} --workers {threads}"
