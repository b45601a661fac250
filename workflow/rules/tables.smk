"""Tables of all runs, beside the paper's rows."""


rule tables:
    """Put every run beside the paper's rows: each run, and means and deviations over seeds and splits."""
    input:
        metrics=expand("{run}/metrics.json", run=runs()),
    output:
        expand("<results>/tables/{table}.{format}", table=TABLES, format=["csv", "md", "tex"]),
        recognition_summary=report(
            "<results>/tables/recognition_summary.html",
            caption="../report/tables.rst",
            category="Tables",
            labels={"table": "recognition", "rows": "means over seeds, and the paper's"},
        ),
        recognition=report(
            "<results>/tables/recognition.html",
            caption="../report/tables.rst",
            category="Tables",
            labels={"table": "recognition", "rows": "runs"},
        ),
        retrieval_summary=report(
            "<results>/tables/retrieval_summary.html",
            caption="../report/tables.rst",
            category="Tables",
            labels={"table": "retrieval", "rows": "means over seeds, and the paper's"},
        ),
        retrieval=report(
            "<results>/tables/retrieval.html",
            caption="../report/tables.rst",
            category="Tables",
            labels={"table": "retrieval", "rows": "runs"},
        ),
    log:
        "<logs>/tables.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.tables"),
        folder=subpath(output.recognition, parent=True),
        experiments=titles,
    shell:
        "hico-stage {log:q} 0 tables --experiments {params.experiments:q} --metrics {input.metrics:q}"
        " --out-dir {params.folder:q}"


rule trimming:
    """Put each method on trimmed videos beside the same on untrimmed ones."""
    input:
        metrics=expand("{run}/metrics.json", run=runs()),
    output:
        expand("<results>/tables/trimming.{format}", format=["csv", "md", "tex"]),
        page=report(
            "<results>/tables/trimming.html",
            caption="../report/trimming.rst",
            category="Tables",
            labels={"table": "trimmed and untrimmed", "rows": "methods and tasks"},
        ),
    log:
        "<logs>/trimming.log",
    conda:
        "../../envs/report.yaml"
    params:
        code=code_digest("stages.trimming"),
        folder=subpath(output.page, parent=True),
        experiments=titles,
        trimmed=trained_on(TRIMMED),
        untrimmed=trained_on(UNTRIMMED),
    shell:
        "hico-stage {log:q} 0 trimming --experiments {params.experiments:q} --trimmed {params.trimmed:q}"
        " --untrimmed {params.untrimmed:q} --metrics {input.metrics:q} --out-dir {params.folder:q}"
