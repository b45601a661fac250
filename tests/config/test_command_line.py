"""Values within a section of --config, as Snakemake hands them on: text."""

from typing import Any

import pytest
from snakemake.cli import parse_config

from hico.config.command_line import retyped

SECTIONS = {
    "index={shards: 8, max_unusable: 0.05, full_check: true}": {"shards": 8, "max_unusable": 0.05, "full_check": True},
    "data={mine: {splits: [1, 2], root: /a b/c, store: null}}": {
        "mine": {"splits": [1, 2], "root": "/a b/c", "store": None}
    },
    "pretrain={hico: {epochs: 3, sampling: {distance_s: [0, 2.5]}}}": {
        "hico": {"epochs": 3, "sampling": {"distance_s": [0, 2.5]}}
    },
}


@pytest.mark.parametrize(("entry", "expected"), SECTIONS.items())
def test_texts_within_a_section_are_what_a_file_would_have(entry: str, expected: Any) -> None:
    said = parse_config([entry])
    assert list(retyped(said, said).values()) == [expected]


def test_what_a_file_says_stays_text() -> None:
    values = {"index": {"shards": "4", "full_check": "true"}, "name": "2024", "seeds": [0]}
    said = {"index": {"full_check": "true"}, "name": "2024"}
    assert retyped(values, said) == {"index": {"shards": "4", "full_check": True}, "name": "2024", "seeds": [0]}
