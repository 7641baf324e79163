"""What is secret or personal in an exchange: masked in reports, replaced in recordings."""

from integtest.rules.secrets.mask import MASK, mask_exchange, mask_headers, mask_request, mask_text

__all__ = ["MASK", "mask_exchange", "mask_headers", "mask_request", "mask_text"]
