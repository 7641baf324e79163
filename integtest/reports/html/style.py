"""How the page looks. Contrast is at least 4.5 to 1 in both schemes; no status is told by colour alone."""

STYLE = """
:root { --bg: #fff; --text: #1f2328; --dim: #57606a; --line: #d0d7de; --soft: #f6f8fa; --link: #0969da;
  --good: #1a7f37; --bad: #b42318; --open: #7d5700; --on: #fff; --known: #57606a;
  --lied: #8a1fb0; --leaked: #b42318; --hung: #7d5700; --stormed: #b0245f; --gave-up: #4b4bc4; }
@media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --text: #e6edf3; --dim: #9da7b3; --line: #3d444d;
  --soft: #161b22; --link: #6cb6ff; --good: #57c76a; --bad: #ff8a80; --open: #e3b341; --on: #0d1117;
  --known: #9da7b3; --lied: #d9a3f5; --leaked: #ff8a80; --hung: #e3b341; --stormed: #ff9ac0;
  --gave-up: #a5a5ff; } }
* { box-sizing: border-box; }
html { color-scheme: light dark; scroll-behavior: smooth; }
body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 80rem; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .5rem; } h4 { font-size: 1rem; margin: 0 0 .4rem; }
a { color: var(--link); } .dim { color: var(--dim); font-size: .9em; } p { margin: .4rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--bg);
  padding: .3rem; }
header { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; align-items: baseline;
  border-bottom: 1px solid var(--line); padding-bottom: .7rem; }
nav ul, .tiles, .legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: .3rem 1.2rem; }
.verdict { font-size: 1.3rem; padding: .1rem .7rem; border-radius: 6px; margin-right: .5rem; }
.verdict.good { background: var(--good); color: var(--on); } .verdict.bad { background: var(--bad);
  color: var(--on); }
.verdict.open { background: var(--open); color: var(--on); }
.tiles { gap: .7rem; margin: 1rem 0; }
.tiles li { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; background: var(--soft);
  max-width: 17rem; color: var(--dim); } .tiles b { display: block; font-size: 1.5rem; line-height: 1.2;
  color: var(--text); }
.badge { font-weight: 600; white-space: nowrap; } .badge.good { color: var(--good); }
.badge.bad { color: var(--bad); } .badge.open { color: var(--open); }
.card { border: 1px solid var(--line); border-left: 5px solid var(--open); border-radius: 6px; margin: .5rem 0;
  padding: .5rem .8rem; } .card.bad { border-left-color: var(--bad); } summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--dim); } dd { margin: 0; }
pre, code { font: 13px/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { background: var(--soft); padding: .6rem .8rem; border-radius: 6px; overflow: auto; max-height: 22rem;
  white-space: pre-wrap; }
.command { display: inline-block; background: var(--soft); border: 1px solid var(--line); border-radius: 5px;
  padding: .15rem .5rem; user-select: all; }
.scroll { overflow: auto; } .tall { max-height: 85vh; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; } caption { text-align: left; color: var(--dim); padding: .2rem 0; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line);
  font-weight: normal; overflow-wrap: normal; } thead th { color: var(--dim); font-weight: 600; }
tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 6rem; } td p { margin: .1rem 0; }
.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.do::before { content: "do: "; color: var(--dim); }
.map { width: 100%; max-width: 47.5rem; height: auto; display: block; } .map text { font-size: 13px;
  fill: var(--text); }
.map .box { fill: var(--soft); stroke: var(--line); } .map .name { font-weight: 600; }
.line { fill: none; stroke-width: 2.5; } .line.good { stroke: var(--good); } .line.bad { stroke: var(--bad); }
.line.open { stroke: var(--open); stroke-dasharray: 6 4; } .map .tell { paint-order: stroke; stroke: var(--bg);
  stroke-width: 4px; font-size: 12px; } .tell.good { fill: var(--good) !important; }
  .tell.bad { fill: var(--bad) !important; }
.tell.open { fill: var(--open) !important; }
.bar { width: 7.5rem; height: 14px; vertical-align: middle; } .bar.wide { width: 18.75rem; }
.bar line { stroke: var(--text); stroke-width: 2; } .measured { display: inline-flex; flex-direction: column; }
.fill.good { fill: var(--good); } .fill.bad { fill: var(--bad); } .fill.open { fill: var(--line);
  stroke: var(--dim); }
.filters { display: none; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; margin: .6rem 0; }
.js .filters { display: flex; } select, button { font: inherit; color: var(--text); background: var(--soft);
  border: 1px solid var(--dim); border-radius: 5px; padding: .2rem .5rem; } button { cursor: pointer; }
.legend { margin: .6rem 0; font-size: .9em; }
.mark { display: inline-flex; width: 1.6rem; height: 1.6rem; align-items: center; justify-content: center;
  border: 2px solid; border-radius: 3px; font: 700 .8rem/1 ui-monospace, Menlo, Consolas, monospace;
  text-decoration: none; color: var(--on); }
.mark.survived { border-radius: 50%; color: var(--good); border-color: var(--good); background: none; }
.mark.leaked { background: var(--leaked); border-color: var(--leaked); }
.mark.hung { background: var(--hung); border-color: var(--hung); }
.mark.stormed { background: var(--stormed); border-color: var(--stormed); }
.mark.lied { background: var(--lied); border-color: var(--lied); transform: rotate(0);
  border-radius: 8px 0 8px 0; }
.mark.gave-up { background: var(--gave-up); border-color: var(--gave-up); }
.mark.known { color: var(--known); border-color: var(--known); background: none; }
.mark.not-judged { color: var(--dim); border: 1px dashed var(--dim); background: none; }
.matrix { border-collapse: separate; border-spacing: 0; }
.matrix th, .matrix td { padding: .12rem .3rem; vertical-align: middle; } .matrix td { text-align: center; }
.matrix thead { position: sticky; top: 0; z-index: 2; } .matrix thead th { background: var(--bg);
  vertical-align: bottom; }
.matrix caption { padding: .4rem .6rem; } .matrix tbody th { font-weight: normal; white-space: nowrap; }
.matrix tr > th:first-child { position: sticky; left: 0; background: var(--bg); z-index: 1; padding-left: .6rem; }
.matrix .layer th { background: var(--soft) !important; font-weight: 600; }
.matrix .group { border-left: 1px solid var(--line); text-align: left; white-space: nowrap; }
.upright span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 16rem; white-space: nowrap;
  overflow: hidden; font-size: .85rem; font-weight: normal; color: var(--text); }
.off .mark { visibility: hidden; } [hidden] { display: none !important; }
.sheet { border: 1px solid var(--line); border-radius: 6px; padding: .7rem 1rem; margin: .6rem 0; }
.case + .case { border-top: 1px solid var(--line); margin-top: .6rem; padding-top: .6rem; }
.js #cases { display: none; }
dialog { width: min(46rem, 92vw); max-height: 85vh; overflow: auto; color: var(--text); background: var(--bg);
  border: 1px solid var(--dim); border-radius: 10px; padding: 1rem 1.2rem; }
dialog::backdrop { background: rgb(0 0 0 / .45); } dialog .sheet { border: 0; padding: 0; }
  .close { float: right; }
@media print {
  :root { --bg: #fff; --text: #000; --dim: #444; --line: #bbb; --soft: #f4f4f4; --good: #1a7f37; --bad: #b42318;
    --open: #7d5700; --on: #fff; --known: #444; --lied: #8a1fb0; --leaked: #b42318; --hung: #7d5700;
    --stormed: #b0245f; --gave-up: #4b4bc4; }
  body { max-width: none; font-size: 11px; padding: 0; } * { print-color-adjust: exact; }
  .scroll { overflow: visible; max-height: none; border: 0; }
  .filters, .skip, nav, dialog { display: none !important; }
  .matrix thead, .matrix tr > th:first-child { position: static; } .mark { width: 1.1rem; height: 1.1rem; }
  .js #cases { display: block; } .sheet:not(.printed) { display: none; }
  .card, .sheet, tr { break-inside: avoid; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
"""
