"""What works here: the tool itself, then all that the configuration names."""

from integtest.flows.doctor.examination import doctor, findings

__all__ = ["doctor", "findings"]
