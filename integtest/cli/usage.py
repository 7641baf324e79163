"""Click's complaints about flags and arguments, in one style and with near-miss hints."""

from __future__ import annotations

import click

from integtest.config.hints import did_you_mean, near_miss


def plain_words(error: click.ClickException) -> str:
    """The complaint without click's quoting and full stops, lower case like all our messages."""
    if isinstance(error, click.NoSuchOption):
        return f"no such option: {error.option_name}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_name(error)}: {error.message.rstrip('.') or 'it is required'}"
    text = error.format_message().rstrip(".")
    return text[:1].lower() + text[1:]


def hint_for(error: click.ClickException, ctx: click.Context | None) -> str | None:
    """What was probably meant, or None."""
    given = getattr(error, "hint", None)
    if isinstance(given, str):
        return given
    if isinstance(error, click.NoSuchOption) and ctx is not None:
        flags = [flag for param in ctx.command.get_params(ctx) for flag in param.opts if flag.startswith("--")]
        meant = near_miss(error.option_name, flags)
        return f"did you mean {meant}?" if meant else None
    if isinstance(error, click.BadParameter) and error.param is not None:
        kind, word = error.param.type, _word(error.message)
        return did_you_mean(word, [str(c) for c in kind.choices]) if isinstance(kind, click.Choice) else None
    return None


def _name(error: click.BadParameter) -> str:
    param = error.param
    flags = [opt for opt in param.opts if opt.startswith("--")] if param else []
    return flags[0] if flags else (param.name or "argument") if param else "argument"


def _word(message: str) -> str:
    """The word that click quotes first: `'jsn' is not one of …`."""
    parts = message.split("'")
    return parts[1] if len(parts) > 2 else message
