"""Every caption renders as Snakemake renders it, without a complaint."""

import re
import textwrap
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import jinja2
import pytest
from docutils.core import publish_parts

from hico.report.figures import method, style

ROOT = Path(__file__).parents[2]
CAPTIONS = sorted((ROOT / "workflow/report").glob("*.rst"))
RULES = "".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))


@pytest.fixture
def rendered(tmp_path):
    """HTML of one caption, with a picture of the method and two categories in the report."""
    style.write(tmp_path / "method.svg", method.draw)
    files = [SimpleNamespace(target="method.svg", path=tmp_path / "method.svg")]
    wildcards = SimpleNamespace(experiment="hico_long_", task="ucf101", protocol="finetune", seed="0", split="1")
    config = {"name": "demo", "data": {"set": {"root": "a b/<c>"}}}
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)

    def render(path):
        links = "\n\n.. _Tables: javascript:app\n.. _Results: javascript:app\n"
        text = environment.from_string(path.read_text(encoding="utf-8") + links).render(
            snakemake=SimpleNamespace(wildcards=wildcards, config=config),
            categories={Category("Tables"): [], Category("Results"): []},
            files=files,
        )
        return publish_parts(text, writer="html")["html_body"]

    return render


class Category(str):
    """A category: has a name and can be a key."""

    @property
    def name(self):
        return str(self)


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_caption_renders_without_a_complaint(path, rendered):
    html = rendered(path)
    assert "system-message" not in html
    assert len(html) > 300


def test_the_introduction_shows_method_categories_and_settings(rendered, tmp_path):
    html = rendered(ROOT / "workflow/report/workflow.rst")
    (picture,) = re.findall(r'src="data:image/svg\+xml,([^"]+)"', html)
    # Browsers drop the line ends of an address; what they hold must be the picture.
    assert unquote(picture.replace("\n", "")) == (tmp_path / "method.svg").read_text()
    assert max(map(len, html.splitlines())) < 10_000  # docutils reads no longer line
    assert 'href="javascript:app">Tables</a>' in html
    assert ">Data</a>" not in html
    assert "demo" in html


def test_every_caption_that_a_rule_names_exists():
    used = set(re.findall(r"report/(\w+\.rst)", RULES))
    assert used <= {path.name for path in CAPTIONS}


def test_paragraphs_are_short_enough_to_read():
    for path in CAPTIONS:
        if path.stem != "workflow":
            assert len(textwrap.dedent(path.read_text()).split()) <= 110
