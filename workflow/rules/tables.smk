"""Tables of all runs, beside the paper's rows."""


rule tables:
    """Put every run beside the paper's rows: each run, and means and deviations over seeds and splits."""
    input:
        launcher=LAUNCHER,
        source=source("tables"),
        metrics=expand("{run}/metrics.json", run=runs()),
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
