"""Which videos a step sees, over all processes and on each."""

import pytest

from hico.data.order import Plan, Turns
from hico.errors import TrainingError

PLAN = Plan(videos=11, batch_videos=4, epochs=2, seed=3)


def test_processes_share_a_step_evenly_and_without_overlap() -> None:
    alone = [[turn.video for turn in step] for step in Turns(PLAN)]
    first, second = ([[turn.video for turn in step] for step in Turns(PLAN, rank=rank, world=2)] for rank in (0, 1))
    assert len(alone) == PLAN.steps == 4
    assert [a + b for a, b in zip(first, second, strict=True)] == alone
    assert {len(step) for step in first + second} == {2}


def test_an_epoch_shows_each_video_at_most_once_and_the_next_in_another_order() -> None:
    steps = [[turn.video for turn in step] for step in Turns(PLAN)]
    epochs = [steps[0] + steps[1], steps[2] + steps[3]]
    assert all(len(set(epoch)) == 8 for epoch in epochs)
    assert epochs[0] != epochs[1]


def test_a_run_can_start_anywhere() -> None:
    assert list(Turns(PLAN, 3)) == list(Turns(PLAN))[3:]


def test_a_step_larger_than_the_data_is_refused() -> None:
    with pytest.raises(TrainingError, match="takes 16 videos but only 11 are usable"):
        Plan(11, 16, 1, 0)


def test_processes_that_cannot_share_a_step_evenly_are_refused() -> None:
    with pytest.raises(TrainingError, match="4 videos cannot be shared evenly by 3 processes"):
        Turns(PLAN, world=3)
