"""What is secret or personal in an exchange: masked in reports, replaced in recordings."""

from integtest.rules.secrets.actions import MASK, Doubt, Replacement
from integtest.rules.secrets.check import Checker, check
from integtest.rules.secrets.contract_keep import keep_for
from integtest.rules.secrets.keys import KeyMasker, mask_key_parts
from integtest.rules.secrets.live import StreamScrubber
from integtest.rules.secrets.mask import mask_exchange, mask_headers, mask_request, mask_response, mask_text
from integtest.rules.secrets.policy import Policy, Rule
from integtest.rules.secrets.scrub import Scrubbed, ScrubbedCassette, Scrubber, doubt_findings, was_scrubbed

__all__ = [
    "MASK",
    "Checker",
    "Doubt",
    "KeyMasker",
    "Policy",
    "Replacement",
    "Rule",
    "Scrubbed",
    "ScrubbedCassette",
    "Scrubber",
    "StreamScrubber",
    "check",
    "doubt_findings",
    "keep_for",
    "mask_exchange",
    "mask_headers",
    "mask_key_parts",
    "mask_request",
    "mask_response",
    "mask_text",
    "was_scrubbed",
]
