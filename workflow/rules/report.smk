"""What people read: tables, figures, and one page that holds them all."""


rule tables:
    """Put every run beside the paper's rows: each run, and means and deviations over seeds and splits."""
    input:
        launcher=LAUNCHER,
        source=source("tables"),
        metrics=expand("{run}/metrics.json", run=runs("finetune", "linear_probe", "retrieval")),
    output:
        expand(
            "<results>/tables/{table}.{format}",
            table=["recognition", "retrieval", "recognition_summary", "retrieval_summary"],
            format=["csv", "md", "tex"],
        ),
        recognition=report("<results>/tables/recognition.html", category="Tables"),
    log:
        "<logs>/tables.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        folder=subpath(output.recognition, parent=True),
    shell:
        "bash {input.launcher:q} {log:q} 1 tables --metrics {input.metrics:q} --out-dir {params.folder:q}"


rule configuration:
    """Write down the configuration as it is used: every default filled in, every override applied."""
    output:
        settings="<results>/config.json",
    log:
        "<logs>/configuration.log",
    params:
        settings=section(SETTINGS),
    shell:
        "printf '%s\\n' {params.settings:q} > {output.settings:q} 2> {log:q}"


rule report:
    """Gather tables and figures in one page that needs no network, by Snakemake's own report command."""
    input:
        settings="<results>/config.json",
        tables=rules.tables.output,
    output:
        page="<results>/report.html",
    log:
        "<logs>/report.log",
    params:
        snakefile=own_snakefile,
    shell:
        "SNAKEMAKE_PROFILE= snakemake --snakefile {params.snakefile:q} --workflow-profile none --nolock"
        " --configfiles {input.settings:q} --report {output.page:q} -- {input.tables:q} &> {log:q}"
