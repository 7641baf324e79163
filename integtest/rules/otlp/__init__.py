"""OpenTelemetry's protobuf bodies (OTLP over HTTP) as the JSON that the same protocol has for them, and back."""

from integtest.rules.otlp.bodies import OTLP_MEDIA, as_json, from_json, message_of

__all__ = ["OTLP_MEDIA", "as_json", "from_json", "message_of"]
