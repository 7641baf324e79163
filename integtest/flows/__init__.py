"""One use case a verb; they meet adapters only through ports."""
