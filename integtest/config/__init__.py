"""Configuration: `[tool.integtest]`, then `INTEGTEST_*` variables, then flags."""
