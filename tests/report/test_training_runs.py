import numpy as np
import pandas as pd
import pytest

from hico.errors import ReportError
from hico.report.training_runs import COLUMNS, read_training_run, thinned


@pytest.fixture
def metrics(tmp_path):
    """A run of ten steps without topical loss."""
    path = tmp_path / "simclr" / "seed3" / "metrics.csv"
    path.parent.mkdir(parents=True)
    steps = pd.DataFrame(dict.fromkeys(COLUMNS, np.arange(10.0))).assign(tcl=None)
    steps.to_csv(path, index=False)
    return path


def test_reads_experiment_and_seed_from_the_folders(metrics):
    run = read_training_run(metrics)
    assert (run.experiment, run.seed, len(run.steps)) == ("simclr", 3, 10)
    assert run.steps.tcl.isna().all()


def test_thinning_averages_equal_stretches(metrics):
    table = thinned(read_training_run(metrics), 5)
    assert table.loss.tolist() == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert len(thinned(read_training_run(metrics), 50)) == 10


def test_bad_inputs_are_named(metrics, tmp_path):
    with pytest.raises(ReportError, match=r"seed<number>"):
        read_training_run(tmp_path / "metrics.csv")
    metrics.write_text("step,epoch\n1,2\n")
    with pytest.raises(ReportError, match=r"metrics\.csv: lacks rate, distance_s, loss, vcl, tcl"):
        read_training_run(metrics)
    metrics.write_text(",".join(COLUMNS) + "\n")
    with pytest.raises(ReportError, match="has no steps"):
        read_training_run(metrics)
    metrics.unlink()
    with pytest.raises(ReportError, match="no such file"):
        read_training_run(metrics)
