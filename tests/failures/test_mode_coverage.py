"""The taxonomies: their entries, and that modes name only what exists."""

from __future__ import annotations

from integtest.failures.catalogue import Mode, modes
from integtest.failures.coverage import names, rows, totals


def test_the_published_counts_are_the_published_ones():
    counts = {one.taxonomy: one.entries for one in totals(rows())}
    assert counts == {"csi": 13, "csi-data": 14, "wasabi": 7, "filibuster": 5}


def test_every_pattern_of_cross_system_failures_and_every_fault_is_covered():
    covered = {one.taxonomy: one.covered for one in totals(rows())}
    assert (covered["csi"], covered["csi-data"], covered["filibuster"]) == (13, 14, 5)


def test_no_mode_says_that_it_covers_what_no_taxonomy_has():
    assert {name for one in modes() for name in one.covers} <= set(names())


def test_what_no_mode_covers_is_told():
    lone = Mode("x", "schema", "x", "x", ("refuse",), lambda _: (), covers=("csi:type-confusion/schema-value",))
    found = rows([lone])
    assert [row.name for row in found if row.covered] == ["type-confusion", "type-confusion/schema-value"]
    assert str(totals(found)[0]) == "1/13"
