"""Breaking a consumer in every way that its contracts give rise to."""
