"""The same table in three languages: structure, and text that could break each."""

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from hico.report import latex, markdown, page
from hico.report.table import Table

HARD = r"a|b_c*d`e <i>x</i> & 50 % $y$ #1 {z} ~t^2 \n [l](m)" + "\nline\ttwo"
TABLE = Table(
    "T_1",
    ("Name", "Top-1"),
    ((HARD, "61.2 ± 1.3"), ("[second", "\N{MINUS SIGN}0.4")),
    frozenset({"Top-1"}),
    ("note †",),
)
EMPTY = Table("Every run", ("Name",), ())


class _Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.cells = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "td" and self.cells:
            self.cells[-1] += data


def test_markdown_cells_hold_the_text_and_nothing_else():
    commonmark = MarkdownIt("gfm-like", {"linkify": False})
    tokens = commonmark.parse(markdown.render("Page", [TABLE]))
    inline = [token for token in tokens if token.type == "inline"]
    texts = ["".join(child.content for child in token.children) for token in inline]
    assert texts == [
        "Page",
        "T_1",
        "Name",
        "Top-1",
        " ".join(HARD.split()),
        "61.2 ± 1.3",
        "[second",
        "\N{MINUS SIGN}0.4",
        "note †",
    ]
    assert all(child.type in ("text", "text_special") for token in inline for child in token.children)


def test_latex_has_balanced_rows_and_no_bare_special_character():
    lines = latex.render("Page", [TABLE]).splitlines()
    rows = [line for line in lines if line.endswith(r"\\")]
    assert [len(re.findall(r"(?<!\\)&", row)) for row in rows] == [1, 1, 1]
    assert rows[2] == r"{}[second & $-$0.4 \\"
    assert r"\textbackslash{}n" in rows[1]
    assert r"\_c*d" in rows[1]
    assert not re.search(r"(?<!\\)[%#]", "".join(rows))
    assert lines.count(r"\toprule") == lines.count(r"\bottomrule") == 1
    assert r"\begin{tabular}{@{}lr@{}}" in lines


def test_page_stands_alone_and_escapes():
    text = page.render("Page", [TABLE])
    parser = _Cells()
    parser.feed(text)
    assert [cell.strip() for cell in parser.cells[:2]] == [HARD, "61.2 ± 1.3"]
    assert "i" not in parser.tags
    assert not re.search(r"https?:|src=|href=", text)


@pytest.mark.parametrize("render", [markdown.render, latex.render, page.render])
def test_no_runs_are_said_in_words(render):
    assert "the configuration asks for no such run" in render("Page", [EMPTY])
