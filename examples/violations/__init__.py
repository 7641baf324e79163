"""Contract violations of real services, found by verifying promises that standards let a consumer rely on."""
