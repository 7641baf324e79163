"""Provider states of the real services, brought about through their own APIs.

`integtest verify … --states examples.states.NAME:states`: each module holds `states`, mostly a table from a
state's words to its handler. Addresses and demo credentials come from the environment that
`python -m examples.services env` prints. What a handler returns serves `from_state`; what it made goes again
after the interaction, where the service lets it.
"""
