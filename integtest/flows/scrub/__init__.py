"""Looks for secrets in recordings that are there already, and takes them out."""

from integtest.flows.scrub.cassettes import check, scrub
from integtest.flows.scrub.done import Scrubbing, together
from integtest.flows.scrub.har import HarFile, check_har, scrub_har

__all__ = ["HarFile", "Scrubbing", "check", "check_har", "scrub", "scrub_har", "together"]
