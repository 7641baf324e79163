"""The `breaks` marker and the `broken` fixture: one test item a failure mode."""
