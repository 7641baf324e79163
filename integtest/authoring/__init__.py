"""The face that people write contracts with; `integtest` itself loads its names from here."""
