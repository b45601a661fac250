"""Figures of what comes out: accuracies, retrieval, confusions, neighbors."""


rule figure_bars:
    """Draw what each experiment reaches on each task, beside the paper."""
    input:
        metrics=expand("{run}/metrics.json", run=runs()),
    output:
        svg=report(
            "<results>/figures/results.svg",
            caption="../report/figure_bars.rst",
            category="Results",
            labels={"figure": "all results"},
        ),
        png="<results>/figures/results.png",
    log:
        "<logs>/figures/results.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_bars"),
        experiments=figure_titles,
    shell:
        "hico-stage {log:q} 0 figure_bars --experiments {params.experiments:q} --metrics {input.metrics:q}"
        " --out {output.svg:q}"


rule figure_ranks:
    """Draw R@k of every retrieval."""
    input:
        metrics=expand("{run}/metrics.json", run=runs("retrieval")),
    output:
        svg=report(
            "<results>/figures/ranks.svg",
            caption="../report/figure_ranks.rst",
            category="Results",
            labels={"figure": "R@k"},
        ),
        png="<results>/figures/ranks.png",
    log:
        "<logs>/figures/ranks.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_ranks"),
        experiments=figure_titles,
    shell:
        "hico-stage {log:q} 0 figure_ranks --experiments {params.experiments:q} --metrics {input.metrics:q}"
        " --out {output.svg:q}"


rule figure_effects:
    """Draw results over length, distance and gamma, where experiments differ in one of them alone."""
    input:
        metrics=expand("{run}/metrics.json", run=runs("linear_probe", "retrieval")),
    output:
        svg=report(
            "<results>/figures/effects.svg",
            caption="../report/figure_effects.rst",
            category="Results",
            labels={"figure": "effects of one value"},
        ),
        png="<results>/figures/effects.png",
    log:
        "<logs>/figures/effects.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_effects"),
        experiments=figure_titles,
    shell:
        "hico-stage {log:q} 0 figure_effects --experiments {params.experiments:q} --metrics {input.metrics:q}"
        " --out {output.svg:q}"


rule figure_confusion:
    """Show which classes are taken for which, over all seeds and splits of an experiment."""
    input:
        metrics=experiment_runs("metrics.json"),
        predictions=experiment_runs("predictions.parquet"),
    output:
        svg=report(
            "<results>/figures/confusion/{protocol}/{task}/{experiment}.svg",
            caption="../report/figure_confusion.rst",
            category="Results",
            labels={"figure": "confusion", "protocol": "{protocol}", "task": "{task}", "experiment": "{experiment}"},
        ),
        png="<results>/figures/confusion/{protocol}/{task}/{experiment}.png",
    log:
        "<logs>/figures/confusion/{protocol}/{task}/{experiment}.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_confusion"),
        title=title_of,
    shell:
        "hico-stage {log:q} 0 figure_confusion --title {params.title:q}"
        " --metrics {input.metrics:q} --predictions {input.predictions:q} --out {output.svg:q}"


rule figure_neighbors:
    """Show test videos and their nearest training videos."""
    input:
        metrics="<results>/retrieval/{task}/{experiment}/seed{seed}/split{split}/metrics.json",
        predictions="<results>/retrieval/{task}/{experiment}/seed{seed}/split{split}/predictions.parquet",
        index=lambda wildcards: tables_of(SETTINGS.retrieval[wildcards.task].data)["index"],
    output:
        svg=report(
            "<results>/figures/neighbors/{task}/{experiment}/seed{seed}/split{split}.svg",
            caption="../report/figure_neighbors.rst",
            category="Retrieval",
            labels={
                "figure": "neighbors",
                "task": "{task}",
                "experiment": "{experiment}",
                "seed": "{seed}",
                "split": "{split}",
            },
        ),
        png="<results>/figures/neighbors/{task}/{experiment}/seed{seed}/split{split}.png",
    log:
        "<logs>/figures/neighbors/{task}/{experiment}/seed{seed}/split{split}.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_neighbors"),
        title=title_of,
    shell:
        "hico-stage {log:q} 0 figure_neighbors --title {params.title:q}"
        " --metrics {input.metrics:q} --predictions {input.predictions:q} --index {input.index:q}"
        " --out {output.svg:q}"
