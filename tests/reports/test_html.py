"""What the page holds, read by a parser as a browser's is."""

import re
from html.parser import HTMLParser

import break_samples
import pytest
from report_samples import HOSTILE, result

from integtest.model.budget import Budget
from integtest.model.verdict import Latency, Verdict
from integtest.reports import render
from integtest.reports.report import Report

VOID = {"meta", "link", "input", "br"}


class Read(HTMLParser):
    """The elements with their attributes, and the text outside of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.text += data

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("report", [break_samples.report, break_samples.hostile], ids=["usual", "hostile"])
def test_one_script_of_our_own_runs_and_nothing_is_loaded(report):
    page = Read(render(report(), "html"))
    assert page.open == []
    assert page.of("script") == [{}]
    assert page.of("img") == page.of("iframe") == page.of("form action") == []
    assert not [a for _, a in page.elements if any(name.startswith("on") or name == "src" for name in a)]
    links = {a["href"] for tag in ("a", "link") for a in page.of(tag)}
    assert all(link.startswith(("#", "data:,")) for link in links)


def test_what_a_stranger_wrote_is_shown_as_text(hostile):
    text = render(Report(hostile), "html")
    assert "<script>&" not in text
    assert "&lt;script&gt;&amp;" in text
    assert "<script>&\"'" in Read(text).text
    assert HOSTILE[0] in Read(text).text


def test_every_cell_opens_what_happened_whose_fault_what_to_do_and_how_to_see_it_again():
    text = render(break_samples.report(), "html")
    page = Read(text)
    cells = [a for a in page.of("a") if a["href"].startswith("#cell-")]
    ids = {a["id"] for a in page.of("article")}
    assert len(cells) == 5
    assert {a["href"][1:] for a in cells} == ids
    assert "integtest break --run app:answer 'identity/issues-a-token/wrong-type:/expires_in'" in page.text
    sheet = text[text.index('<article id="cell-1"') : text.index('<article id="cell-2"')]
    for part in (
        "wrong-type is done to it",
        "it lied",
        "consumer",
        "declare the error",
        "the contract promises it",
    ):
        assert part in sheet


def test_a_cell_tells_its_status_by_letter_and_word_not_by_colour_alone():
    page = Read(render(break_samples.report(), "html"))
    labels = [a["aria-label"] for a in page.of("a") if a["href"].startswith("#cell-")]
    assert labels[1] == "known: refused, gateway answers in a stream"
    assert any(label.startswith("lied: wrong-type") for label in labels)
    assert re.search(r">X</a>", render(break_samples.report(), "html"))


def test_tables_have_captions_and_headings_and_pictures_have_words():
    page = Read(render(break_samples.report(), "html"))
    assert len(page.of("caption")) == len(page.of("table")) == 3
    assert all(a.get("scope") in ("col", "row", "colgroup", "rowgroup") for a in page.of("th"))
    assert all(a.get("role") == "img" for a in page.of("svg"))
    assert len(page.of("title")) == 1 + len(page.of("svg"))
    assert page.of("html") == [{"lang": "en"}]
    assert len(page.of("main")) == len(page.of("header")) == len(page.of("footer")) == 1
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))


def test_a_latency_is_shown_against_its_budget():
    slow = result("slow", latency_ms=Latency(p50=200, p95=450, max=500), budget=Budget(p95="300ms"))
    page = Read(
        render(
            Report(Verdict(interactions=(slow, result("quick", latency_ms=Latency(p50=1, p95=2, max=3))))), "html"
        )
    )
    assert "over: p95 450 ms of 300 ms" in page.text
    assert "p95 2 ms, no budget" in page.text


def test_contrast_of_text_is_enough_in_both_schemes():
    from integtest.reports.html.style import STYLE

    schemes = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", part)) for part in re.findall(r":root \{([^}]*)\}", STYLE)
    ]
    assert len(schemes) == 3
    for scheme in schemes:
        for name in ("text", "dim", "link", "good", "bad", "open", "known"):
            for ground in ("bg", "soft"):
                assert contrast(scheme.get(name, "#000"), scheme[ground]) >= 4.5, (name, ground)
        for name in ("good", "bad", "open", "lied", "leaked", "hung", "stormed", "gave-up"):
            assert contrast(scheme["on"], scheme[name]) >= 4.5, name


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
