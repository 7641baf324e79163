"""The verdicts that the reports' tests share."""

import pytest
import report_samples


@pytest.fixture
def verdict():
    """One of everything."""
    return report_samples.verdict()


@pytest.fixture
def hostile():
    """Texts as strangers may write them."""
    return report_samples.hostile()
