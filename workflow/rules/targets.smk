"""Which figures a configuration asks for."""


def figures():
    """Figures without their endings, in the order of the report."""
    yield from ("method", "coverage")
    if SETTINGS.synthetic is not None:
        yield "world"
    yield from training_figures()
    yield from result_figures()


def training_figures():
    """Curves of all main experiments, and for each of HiCo how it sampled and what it learned of topics."""
    if main_experiments():
        yield "curves"
    first = SETTINGS.seeds[0]
    for key in main_experiments():
        experiment = SETTINGS.pretrain[key]
        if experiment.method != "hico":
            continue
        if not experiment.sampling.everywhere:
            yield f"sampling/{key}/seed{first}"
            if is_rendered(experiment.data):
                yield f"pairs/{key}"
        if experiment.loss.tcl > 0 and experiment.sampling.near_pairs == 1:
            yield from (f"topics/{key}/seed{seed}" for seed in SETTINGS.seeds)


def result_figures():
    """What all reach, then a figure for each main experiment and task."""
    if runs():
        yield "results"
    if runs("retrieval"):
        yield "ranks"
    if measured_series("linear_probe", "retrieval"):
        yield "effects"
    varied = series.variants(SETTINGS.pretrain)
    for protocol, key, task in SETTINGS.tasks:
        split = SETTINGS.data[task.data].splits[0]
        for experiment in task.experiments or SETTINGS.pretrain:
            if experiment in varied:
                continue
            if protocol == "retrieval":
                yield f"neighbors/{key}/{experiment}/seed{SETTINGS.seeds[0]}/split{split}"
            else:
                yield f"confusion/{protocol}/{key}/{experiment}"


def trimming_tables():
    """Trimmed beside untrimmed, where experiments learn from either."""
    if not (trained_on(TRIMMED) and trained_on(UNTRIMMED)):
        return []
    return expand("<results>/tables/trimming.{format}", format=["csv", "md", "tex", "html"])


def everything():
    """What a configuration asks for: its experiments' report, and its features."""
    measured = ["<results>/report.html"] if SETTINGS.pretrain else []
    embedded = ["<results>/features.parquet"] if SETTINGS.features is not None else []
    return measured + embedded
