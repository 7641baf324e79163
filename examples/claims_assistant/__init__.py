"""A small AI service that decides insurance claims, and the systems it depends on.

It is the subject of integtest's own contracts: honest code of the kind a team would write,
with the clients that a team would use, and no knowledge of how it is tested.
"""
