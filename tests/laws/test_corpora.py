"""Files that others wrote: each loads, or is refused by a typed error with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from integtest.adapters import contracts
from integtest.adapters.files import load_cassette
from integtest.codecs import cassette_yaml
from integtest.errors import IntegtestError, UnreadableFileError
from integtest.model.http import Place

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora of others are not beside this checkout"),
]


def files(pattern: str) -> list[Path]:
    return sorted(CORPORA.glob(pattern))


def test_every_pact_of_the_comparator_loads_or_is_refused_with_its_place(record_property):
    """Its pacts stand beside the documents they are compared with; one folder is about a file that is no pact."""
    pacts = files("openapi-pact-comparator/*/*/pact*.json")
    assert len(pacts) > 20
    refused = {}
    for file in pacts:
        try:
            loaded = contracts.load(file)
        except IntegtestError as error:
            refused[file.parent.name] = error
            assert str(file) in str(error.place), file
            assert error.message
        else:
            assert all(one.info.consumer and one.info.provider for one in loaded), file
    record_property("pacts", len(pacts))
    record_property("refused", sorted(refused))
    twice = [name for name, error in refused.items() if "stands twice" in error.message]
    assert (
        sorted(refused)
        == sorted(twice)
        == [
            "request-parameters-path-case-sensitivity",
            "request-parameters-path-swagger2",
        ]
    )


@pytest.mark.parametrize("sdk", ["datadog-api-client", "py-gitguardian"])
def test_every_cassette_loads_and_means_the_same_after_it_was_written_again(sdk):
    cassettes = [file for file in files(f"{sdk}/**/*.y*ml") if "openapi" not in file.name]
    assert len(cassettes) > 40
    for file in cassettes:
        read = load_cassette(file)
        assert read.exchanges, file
        again = cassette_yaml.loads(cassette_yaml.dumps(read), Place(file=str(file)))
        assert [(e.request, e.response) for e in again.exchanges] == [
            (e.request, e.response) for e in read.exchanges
        ]


@pytest.mark.parametrize("pattern", ["*/*.frozen", "datadog-api-client/openapi*", "pact-specification/v4/*/body/*"])
def test_whatever_is_no_contract_and_no_cassette_is_refused_by_a_typed_error(pattern):
    found = files(pattern)[:40]
    assert found
    for file in found:
        with pytest.raises(IntegtestError):
            contracts.load(file)
        with pytest.raises(UnreadableFileError):
            load_cassette(file)
