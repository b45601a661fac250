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
