"""The page in a real browser: what is clicked, what is asked of the network, what the console says."""

import break_samples
import pytest
from browser import CHROMIUM, page

from integtest.reports import render

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
CELLS = "[...document.querySelectorAll('td.item:not(.off) .mark')].filter(m => m.checkVisibility()).length"


@pytest.fixture
def file(tmp_path):
    def write(report):
        (tmp_path / "report.html").write_text(render(report, "html"))
        return (tmp_path / "report.html").as_uri()

    return write


async def choose(opened, name, value):
    await opened.run(
        f"(() => {{ const s = document.querySelector('.filters select[name={name}]'); s.value = '{value}';"
        " s.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )


async def test_filters_hide_what_is_not_of_interest(file):
    async with page() as opened:
        await opened.open(file(break_samples.report()))
        assert await opened.run(CELLS) == 5
        await choose(opened, "provider", "gateway")
        assert await opened.run(CELLS) == 2
        assert await opened.run("document.querySelector('.filters output').textContent") == "2 of 5 cells"
        await choose(opened, "layer", "timing")
        assert await opened.run(CELLS) == 1
        await opened.click(".filters button")
        assert await opened.run(CELLS) == 5
        await choose(opened, "status", "lied")
        assert await opened.run(CELLS) == 1
        assert opened.errors == []


async def test_a_cell_opens_by_mouse_and_by_keyboard_and_closes_where_it_was(file):
    async with page() as opened:
        await opened.open(file(break_samples.report()))
        await opened.click("a.mark.lied")
        assert await opened.run("document.querySelector('dialog').open") is True
        shown = await opened.run("document.getElementById('shown').innerText")
        assert "it lied" in shown
        assert "integtest break --run app:answer" in shown
        await opened.press("Escape", 27)
        assert await opened.run("document.querySelector('dialog').open") is False
        assert await opened.run("document.activeElement.className") == "mark lied"
        await opened.press("ArrowDown", 40)
        assert await opened.run("document.activeElement.className") == "mark hung"
        assert opened.errors == []


@pytest.mark.parametrize("report", [break_samples.report, break_samples.hostile], ids=["usual", "hostile"])
async def test_no_request_leaves_and_no_stranger_s_script_runs(file, report):
    async with page() as opened:
        url = file(report())
        await opened.open(url)
        await opened.click("a.mark")
        assert opened.requests == [url]
        assert opened.errors == []
        assert await opened.run("document.scripts.length") == 1


async def test_the_policy_stops_a_script_that_is_not_ours(file):
    async with page() as opened:
        await opened.open(file(break_samples.report()))
        await opened.run(
            "(() => { const s = document.createElement('script'); s.textContent = 'window.owned = 1';"
            " document.body.append(s); })()"
        )
        assert await opened.run("window.owned === undefined") is True
        assert "Content Security Policy" in " ".join(opened.errors)


async def test_printed_it_shows_what_was_not_survived_and_no_controls(file):
    async with page() as opened:
        await opened.open(file(break_samples.report()))
        await opened.media(kind="print")
        seen = "[...document.querySelectorAll('#cases article')].filter(a => a.checkVisibility()).length"
        assert await opened.run(seen) == 3
        assert await opened.run("document.querySelector('.filters').checkVisibility()") is False


async def test_a_narrow_screen_scrolls_its_tables_not_the_page(file):
    async with page(width=400, height=700) as opened:
        await opened.send(
            "Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=1, mobile=True
        )
        await opened.open(file(break_samples.report()))
        assert await opened.run("document.documentElement.scrollWidth <= 360") is True
