"""Looks for secrets in recordings that are there already: `integtest scrub --check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from integtest.model.finding import Finding
from integtest.model.http import Exchange, Place
from integtest.rules.secrets.actions import Note
from integtest.rules.secrets.detect import Rules
from integtest.rules.secrets.exchanges import Walk
from integtest.rules.secrets.places import At
from integtest.rules.secrets.policy import Policy
from integtest.rules.secrets.scrub import doubt_findings

RULE = "secret-in-recording"
_WORDS = {
    "email": "an e-mail address",
    "phone": "a phone number",
    "name": "a person's name",
    "user-name": "a user's name",
    "card": "a card number",
    "iban": "an IBAN",
    "ssn": "a US social security number",
    "nino": "a UK national insurance number",
    "dni": "a Spanish identity number",
    "nir": "a French social security number",
    "bsn": "a Dutch citizen number",
    "steuer-id": "a German tax number",
    "codice-fiscale": "an Italian tax code",
    "ip-address": "an IP address",
    "jwt": "a JSON Web Token",
    "known": "a value that the configuration calls secret",
    "opaque": "what looks like a key",
    "claim": "a claim about a person",
}


class Checker:
    """Checks many exchanges by one policy. Findings give place and kind, never the value."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._rules = Rules(policy or Policy())

    def exchange(self, exchange: Exchange) -> list[Finding]:
        """What is secret or personal in an exchange, whatever the allow-list says."""
        note = Note()
        Walk(self._rules, note, listed_only=False).exchange(exchange)
        return self._findings(note, exchange.place)

    def walked(self, look: Callable[[Walk], object], place: Place) -> list[Finding]:
        """The same of what `look` edits by a walk: a recording in a form of its own, at `place`."""
        note = Note()
        walk = Walk(self._rules, note, listed_only=False)
        look(walk)
        if len(note.learned):
            look(walk)
        return self._findings(note, place)

    def data(self, data: bytes, file: str | None = None) -> list[Finding]:
        """What is secret or personal in the bytes of a file, read as text."""
        note = Note()
        walk = Walk(self._rules, note, listed_only=False)
        walk.bodies.edits(data, None, At("", root=0))
        place = Place(file=file)
        return [self._finding(r.where, r.kind, place) for r in note.replaced]

    def _findings(self, note: Note, place: Place) -> list[Finding]:
        found = [self._finding(r.where, r.kind, place) for r in note.replaced]
        return found + doubt_findings(note.doubts, place.file)

    @staticmethod
    def _finding(where: str, kind: str, place: Place) -> Finding:
        return Finding(
            rule=RULE,
            severity="error",
            blame="recording",
            message=f"{_told(kind)} stands in a recording",
            hint="run: integtest scrub" + (f" {place.file}" if place.file else ""),
            location=place.model_copy(update={"pointer": (place.pointer or "") + where}),
        )


def _told(kind: str) -> str:
    """A kind in words."""
    name = kind.replace("-", " ")
    return _WORDS.get(kind) or f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def check(recorded: Exchange | bytes | Iterable[Exchange], policy: Policy | None = None) -> list[Finding]:
    """Findings of rule `secret-in-recording` for an exchange, several, or the bytes of a file."""
    checker = Checker(policy)
    if isinstance(recorded, bytes):
        return checker.data(recorded)
    exchanges = [recorded] if isinstance(recorded, Exchange) else recorded
    return [finding for exchange in exchanges for finding in checker.exchange(exchange)]
