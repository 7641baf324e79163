"""The face that people write contracts with."""
