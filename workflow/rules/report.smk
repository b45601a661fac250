"""One page that holds everything, and the configuration behind it."""


rule configuration:
    """Write down the configuration as it is used: every default filled in, every override applied."""
    output:
        settings="<results>/config.json",
    log:
        "<logs>/configuration.log",
    conda:
        "../../envs/workflow.yaml"
    params:
        settings=section(SETTINGS),
    shell:
        "printf '%s\\n' {params.settings:q} > {output.settings:q} 2> {log:q}"


rule report:
    """Gather tables and figures in one page that needs no network, by Snakemake's own report command."""
    input:
        settings="<results>/config.json",
        style=own("workflow/report/report.css"),
        introduction=own("workflow/report/workflow.rst"),
        tables=rules.tables.output,
        figures=expand("<results>/figures/{figure}.{format}", figure=figures(), format=["svg", "png"]),
    output:
        page="<results>/report.html",
    log:
        "<logs>/report.log",
    conda:
        "../../envs/workflow.yaml"
    params:
        snakefile=own_snakefile,
    shell:
        "env --unset SNAKEMAKE_PROFILE snakemake --snakefile {params.snakefile:q} --workflow-profile none"
        " --nolock --configfiles {input.settings:q} --report {output.page:q} --report-stylesheet {input.style:q}"
        " -- {input.tables:q} {input.figures:q} &> {log:q}"
