"""Ways to reach a provider: over HTTP, straight into an ASGI or WSGI app."""
