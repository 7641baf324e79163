"""Conversations: the states of one thing that messages tell of, and what may follow what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from integtest.authoring.places import refuse
from integtest.authoring.terms import STEP
from integtest.model.contract import Interaction
from integtest.model.conversation import Conversation, Execution

_HEADER = re.compile(r"header\.[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def execution(
    interaction: Interaction,
    *,
    key: str,
    after: str,
    when: Mapping[str, Any] | None = None,
    content: str | None = None,
) -> Execution:
    """The call that a conversation leads to: once, and only in the state `after`, brought by a message that holds
    what `when` says ({"$.verdict": "approved"}). `key` is where the call's request names the conversation,
    `content` where it carries the hash of what it executes."""
    if not isinstance(interaction, Interaction):
        refuse(f"execution() takes an interaction, not {type(interaction).__name__}", "give the call itself")
    for path in (key, *(when or {}), *([content] if content else [])):
        _path(path)
    return Execution(
        provider=interaction.contract.provider,
        description=interaction.description,
        key=key,
        after=after,
        when=dict(when or {}),
        content=content,
    )


def conversation(name: str, table: Mapping[str, Sequence[str]], **terms: Any) -> Conversation:
    """A conversation as data; ContractError for a table that cannot be followed."""
    for path in (terms["key"], terms["state"], *([terms["content"]] if terms["content"] else [])):
        _path(path)
    transitions = {state: (to,) if isinstance(to, str) else tuple(to) for state, to in table.items()}
    final = terms["final"]
    made = Conversation(
        name=name,
        key=terms["key"],
        state=terms["state"],
        initial=terms["initial"],
        transitions=transitions,
        final=(final,) if isinstance(final, str) else tuple(final),
        names=dict(terms["names"] or {}),
        content=terms["content"],
        execution=terms["executes"],
    )
    _followable(made)
    return made


def _followable(made: Conversation) -> None:
    leaving = [state for state in made.final if made.transitions.get(state)]
    if leaving:
        refuse(f"{made.name}: {leaving[0]!r} is final, and the table lets it go on", "take it out of one of them")
    stuck = [state for state in made.states if state not in made.final and not made.transitions.get(state)]
    if stuck:
        refuse(
            f"{made.name}: nothing may follow {stuck[0]!r}, which is not final", "add its transitions, or final="
        )
    reached, todo = {made.initial}, [made.initial]
    while todo:
        for state in set(made.transitions.get(todo.pop(), ())) - reached:
            reached.add(state)
            todo.append(state)
    apart = [state for state in made.states if state not in reached]
    if apart:
        refuse(f"{made.name}: {apart[0]!r} cannot be reached from {made.initial!r}", "add the transition to it")
    unknown = [state for state in made.names.values() if state not in made.states]
    if unknown:
        refuse(f"{made.name}: names= leads to {unknown[0]!r}, which is no state of the table")
    if made.execution is not None and made.execution.after not in made.states:
        refuse(f"{made.name}: after={made.execution.after!r} is no state of the table")


def _path(path: Any) -> None:
    rest = STEP.sub("", path.removeprefix("$")) if isinstance(path, str) and path.startswith("$.") else None
    if rest != "" and not (isinstance(path, str) and _HEADER.fullmatch(path)):
        refuse(f"{path!r} is no place in a message", 'write a path such as "$.review_id", or "header.ce-type"')
