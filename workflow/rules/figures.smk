"""Figures of what goes in: the method, the synthetic data set, coverage, training."""


rule figure_method:
    """Draw the method on one picture."""
    output:
        svg=report(
            "<results>/figures/method.svg",
            caption="../report/figure_method.rst",
            category="Method",
            labels={"figure": "method"},
        ),
        png="<results>/figures/method.png",
    log:
        "<logs>/figures/method.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_method"),
    shell:
        "hico-stage {log:q} 0 figure_method --out {output.svg:q}"


rule figure_world:
    """Show the synthetic data set on one sheet."""
    input:
        world="<results>/synthetic",
    output:
        svg=report(
            "<results>/figures/world.svg",
            caption="../report/figure_world.rst",
            category="Data",
            labels={"figure": "synthetic data set"},
        ),
        png="<results>/figures/world.png",
    log:
        "<logs>/figures/world.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_world"),
    shell:
        "hico-stage {log:q} 0 figure_world --world {input.world:q} --out {output.svg:q}"


rule figure_pairs:
    """Show what near and far pairs have in common in the synthetic data set."""
    input:
        world="<results>/synthetic",
    output:
        svg=report(
            "<results>/figures/pairs/{experiment}.svg",
            caption="../report/figure_pairs.rst",
            category="Data",
            labels={"figure": "pairs", "experiment": "{experiment}"},
        ),
        png="<results>/figures/pairs/{experiment}.png",
    log:
        "<logs>/figures/pairs/{experiment}.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_pairs"),
        distance=lambda wildcards: SETTINGS.pretrain[wildcards.experiment].sampling.distance_s[1],
        length=lambda wildcards: SETTINGS.pretrain[wildcards.experiment].clip.seconds,
    shell:
        "hico-stage {log:q} 0 figure_pairs --world {input.world:q} --distance-s {params.distance} --clip-s {params.length}"
        " --out {output.svg:q}"


rule figure_coverage:
    """Show how much of each data set is usable, why videos were set aside, and what training went without."""
    input:
        coverage=tables_used("coverage"),
        index=tables_used("index"),
        dropped=expand("{run}/dropped.csv", run=training_runs()),
    output:
        svg=report(
            "<results>/figures/coverage.svg",
            caption="../report/figure_coverage.rst",
            category="Data",
            labels={"figure": "coverage"},
        ),
        png="<results>/figures/coverage.png",
    log:
        "<logs>/figures/coverage.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_coverage"),
    shell:
        "hico-stage {log:q} 0 figure_coverage --coverage {input.coverage:q} --index {input.index:q}"
        " --dropped {input.dropped:q} --out {output.svg:q}"


rule figure_curves:
    """Draw losses and learning rate of every pre-training."""
    input:
        metrics=expand(
            "<results>/pretrain/{experiment}/seed{seed}/metrics.csv",
            experiment=main_experiments(),
            seed=SETTINGS.seeds,
        ),
    output:
        svg=report(
            "<results>/figures/curves.svg",
            caption="../report/figure_curves.rst",
            category="Training",
            labels={"figure": "curves"},
        ),
        png="<results>/figures/curves.png",
    log:
        "<logs>/figures/curves.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_curves"),
        experiments=figure_titles,
    shell:
        "hico-stage {log:q} 0 figure_curves --experiments {params.experiments:q} --metrics {input.metrics:q}"
        " --out {output.svg:q}"


rule figure_sampling:
    """Draw gradual sampling: how far apart near pairs may be as training goes on."""
    input:
        metrics="<results>/pretrain/{experiment}/seed{seed}/metrics.csv",
        settings="<results>/pretrain/{experiment}/seed{seed}/settings.json",
    output:
        svg=report(
            "<results>/figures/sampling/{experiment}/seed{seed}.svg",
            caption="../report/figure_sampling.rst",
            category="Training",
            labels={"figure": "gradual sampling", "experiment": "{experiment}", "seed": "{seed}"},
        ),
        png="<results>/figures/sampling/{experiment}/seed{seed}.png",
    log:
        "<logs>/figures/sampling/{experiment}/seed{seed}.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_sampling"),
        title=title_of,
    shell:
        "hico-stage {log:q} 0 figure_sampling --title {params.title:q} --metrics {input.metrics:q}"
        " --settings {input.settings:q} --out {output.svg:q}"


rule figure_topics:
    """Draw the topic map of one batch before and after training, beside the truth."""
    input:
        topics="<results>/pretrain/{experiment}/seed{seed}/topics.npz",
    output:
        svg=report(
            "<results>/figures/topics/{experiment}/seed{seed}.svg",
            caption="../report/figure_topics.rst",
            category="Training",
            labels={"figure": "topic map", "experiment": "{experiment}", "seed": "{seed}"},
        ),
        png="<results>/figures/topics/{experiment}/seed{seed}.png",
    log:
        "<logs>/figures/topics/{experiment}/seed{seed}.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.figure_topics"),
        title=title_of,
    shell:
        "hico-stage {log:q} 0 figure_topics --title {params.title:q} --topics {input.topics:q}" " --out {output.svg:q}"
