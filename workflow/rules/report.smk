"""One page that holds everything, and the configuration behind it."""


rule configuration:
    """Write down the configuration as it is used: every default filled in, every override applied."""
    output:
        settings="<results>/config.json",
    log:
        "<logs>/configuration.log",
    localrule: True
    conda:
        "../../envs/workflow.yaml"
    params:
        settings=lambda wildcards: section(SETTINGS),
    shell:
        "printf '%s\\n' {params.settings:q} > {output.settings:q} 2> {log:q}"


rule origins:
    """Say where the results come from: runs with commit, digests, seed and hardware; inputs; videos set aside."""
    input:
        runs=[f"{run}/provenance.json" for run in pretrainings() + runs()],
        manifests=expand("<results>/data/{dataset}/manifest.parquet.provenance.json", dataset=SETTINGS.used_data),
        index=tables_used("index"),
    output:
        page=report(
            "<results>/tables/origins.html",
            caption="../report/origins.rst",
            category="Provenance",
            labels={"table": "runs, inputs, videos set aside"},
        ),
    log:
        "<logs>/origins.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.origins"),
    shell:
        "hico-stage {log:q} 0 origins --runs {input.runs:q} --manifests {input.manifests:q}"
        " --index {input.index:q} --out {output.page:q}"


rule report:
    """Gather tables and figures in one page that needs no network, by Snakemake's own report command."""
    input:
        settings="<results>/config.json",
        style=own("workflow/report/report.css"),
        texts=[own(path.relative_to(ROOT)) for path in sorted((ROOT / "workflow/report").glob("*.rst"))],
        tables=rules.tables.output,
        trimming=trimming_tables(),
        origins=rules.origins.output,
        figures=expand("<results>/figures/{figure}.{format}", figure=figures(), format=["svg", "png"]),
    output:
        page="<results>/report.html",
    log:
        "<logs>/report.log",
    localrule: True
    conda:
        "../../envs/workflow.yaml"
    params:
        snakefile=own_snakefile,
    shell:
        "env --unset SNAKEMAKE_PROFILE snakemake --snakefile {params.snakefile:q} --workflow-profile none"
        " --nolock --configfiles {input.settings:q} --report {output.page:q} --report-stylesheet {input.style:q}"
        " -- {input.tables:q} {input.trimming:q} {input.origins:q} {input.figures:q} &> {log:q}"
