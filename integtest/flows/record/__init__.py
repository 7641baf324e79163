"""Recording through proxies: what may be recorded, with which credentials, and what came of it."""
