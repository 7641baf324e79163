"""The catalogue of failure modes, the cases that it derives from contracts, and the judge of what consumers did."""
