"""Scripts: what the data set promises about every video."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from hico.rng import rng
from hico.synthetic import FPS, scenes
from hico.synthetic.actions import ACTIONS, Action, actions_of
from hico.synthetic.backgrounds import FAMILIES, MIN_DISTANCE, color_distance

STAR = scenes.topics("shape")[4]


@pytest.fixture(scope="module")
def scripts() -> list[scenes.Script]:
    return [scenes.untrimmed(rng(9, "test", sample=number), STAR) for number in range(200)]


def test_every_shape_and_every_motion_is_in_three_classes() -> None:
    assert len({action.name for action in ACTIONS}) == 18
    assert set(Counter(action.shape for action in ACTIONS).values()) == {3}
    assert set(Counter(action.motion for action in ACTIONS).values()) == {3}


def test_topics_are_the_shapes_or_the_actions() -> None:
    shapes, actions = scenes.topics("shape"), scenes.topics("action")
    assert [topic.name for topic in shapes] == ["Bar", "Square", "Triangle", "Plus", "Star", "Ring"]
    assert all(list(topic.actions) == actions_of(topic.name.lower()) for topic in shapes)
    assert sorted(topic.name for topic in actions) == [action.name for action in ACTIONS]
    assert [topic.number for topic in actions] == list(range(18))
    assert len({topic.actions[0].shape for topic in actions[:6]}) == 6


def test_a_topic_of_one_action_shows_nothing_else() -> None:
    topic = scenes.topics("action")[7]
    script = scenes.untrimmed(rng(9, "test"), topic)
    assert script.topic == topic.name
    assert {scene.action for scene in script.scenes if scene.action} == {topic.actions[0]}


def test_shots_fill_the_video_and_hop_between_scenes(scripts: list[scenes.Script]) -> None:
    for script in scripts:
        assert 30 * FPS <= script.frames <= 40 * FPS
        first = 0
        for shot in script.shots:
            assert shot.first == first
            assert 3 * FPS <= shot.frames < 9 * FPS
            first += shot.frames
        shown = [shot.scene for shot in script.shots]
        assert all(before != after for before, after in pairwise(shown))
        assert set(shown) <= set(range(len(script.scenes)))


def test_scenes_keep_to_the_topic_or_distract(scripts: list[scenes.Script]) -> None:
    everything = [scene for script in scripts for scene in script.scenes]
    assert all(script.scenes[0].action is not None for script in scripts)
    assert all((scene.action is None) != (scene.distractor is None) for scene in everything)
    assert {scene.action for scene in everything if scene.action} == set(actions_of("star"))
    later = [scene for script in scripts for scene in script.scenes[1:]]
    assert np.mean([scene.action is None for scene in later]) == pytest.approx(0.3, abs=0.06)


def test_topic_prefers_some_backgrounds_and_clips_none(scripts: list[scenes.Script]) -> None:
    acted = Counter(scene.background.family for script in scripts for scene in script.scenes if scene.action)
    preferred = {list(FAMILIES)[(4 + step) % 5] for step in (0, 2)}
    share = sum(acted[family] for family in preferred) / acted.total()
    assert share == pytest.approx(0.7, abs=0.06)
    clips = [scenes.trimmed(rng(9, "clip", sample=n), Action("star", "clap")) for n in range(400)]
    families = Counter(clip.scenes[0].background.family for clip in clips)
    assert max(families.values()) < 110


def test_a_clip_is_one_shot_of_one_scene() -> None:
    action = ACTIONS[5]
    clip = scenes.trimmed(rng(0, "clip"), action)
    assert (clip.frames, len(clip.shots), [scene.action for scene in clip.scenes]) == (24, 1, [action])


def test_objects_stand_out_from_their_backgrounds(scripts: list[scenes.Script]) -> None:
    gaps = [
        min(color_distance(scene.instance.color, other) for other in (scene.background.first, scene.background.second))
        for script in scripts
        for scene in script.scenes
    ]
    assert np.mean(np.array(gaps) >= MIN_DISTANCE) > 0.95
    assert min(gaps) > 0.25
