"""What the claims assistant relies on, one module an area."""
