"""Protobuf's wire format, read and written by a table of fields (protobuf.dev/programming-guides/encoding)."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any

from integtest.rules.otlp.schema import MESSAGES, NAMES, Field

_VARINT, _LONG, _BYTES, _SHORT = 0, 1, 2, 5
_FIXED = {"f": "<Q", "g": "<q", "d": "<d", "h": "<I"}
_VARINTS = "uwiz?"
_TEXT_NUMBERS = "fgiw"
"""64 bits, which JSON has as text (proto3's mapping)."""
_DEPTH = 60


class NotOtlpError(ValueError):
    """The bytes are none of this message, or hold a field that the table does not have."""


def read(data: bytes, message: str, depth: int = 0, *, numbers: bool = False) -> dict[str, Any]:
    """The message as its JSON, where 64-bit numbers are text unless `numbers` is given; NotOtlpError."""
    if depth > _DEPTH:
        raise NotOtlpError("is nested too deep")
    found: dict[str, Any] = {}
    for number, wire, value in _entries(data):
        field = MESSAGES[message].get(number)
        if field is None:
            raise NotOtlpError(f"{message} has no field {number}")
        if field.kind in _VARINTS or field.kind in _FIXED:
            values = _numbers(field, wire, value)
        elif wire == _BYTES:
            values = [_sized(field.kind, value, depth, numbers=numbers)]
        else:
            raise NotOtlpError(f"{field.name} has wire type {wire}")
        if not numbers and field.kind in _TEXT_NUMBERS:
            values = [str(one) for one in values]
        if field.repeated:
            found.setdefault(field.name, []).extend(values)
        else:
            found[field.name] = values[-1]
    return found


def write(document: dict[str, Any], message: str, *, masked: bool = False) -> bytes:
    """The bytes of a message, fields in the order of their numbers; NotOtlpError for what cannot be one. With
    `masked` the text stands for bytes where it encodes none."""
    fields = sorted((NAMES[message][name] for name in document), key=lambda field: field.number)
    return b"".join(_field(field, document[field.name], masked=masked) for field in fields)


def _entries(data: bytes) -> Iterator[tuple[int, int, Any]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value: Any
            value, at = _varint(data, at)
        elif wire in (_LONG, _SHORT, _BYTES):
            size, at = _varint(data, at) if wire == _BYTES else (8 if wire == _LONG else 4, at)
            if at + size > len(data):
                raise NotOtlpError("is cut off")
            value, at = data[at : at + size], at + size
        else:
            raise NotOtlpError(f"has wire type {wire}")
        yield number, wire, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise NotOtlpError("is cut off")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
    raise NotOtlpError("has a number of more than 64 bits")


def _numbers(field: Field, wire: int, value: Any) -> list[Any]:
    """One number, or several that are packed."""
    kind = field.kind
    if kind in _VARINTS and wire == _VARINT:
        return [_number(kind, value)]
    if kind in _VARINTS and wire == _BYTES and field.repeated:
        return [_number(kind, one) for one in _packed_varints(value)]
    if kind in _FIXED and (wire in (_LONG, _SHORT) or (wire == _BYTES and field.repeated)):
        return [one for (one,) in _unpacked(_FIXED[kind], value)]
    raise NotOtlpError(f"{field.name} has wire type {wire}")


def _sized(kind: str, value: bytes, depth: int, *, numbers: bool) -> Any:
    if kind == "x":
        return value.hex()
    if kind == "b":
        return base64.b64encode(value).decode()
    if kind != "s":
        return read(value, kind, depth + 1, numbers=numbers)
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise NotOtlpError("holds text that is no UTF-8") from None


def _unpacked(form: str, value: bytes) -> Iterator[tuple[Any, ...]]:
    if len(value) % struct.calcsize(form):
        raise NotOtlpError("has a number of the wrong size")
    return struct.iter_unpack(form, value)


def _packed_varints(value: bytes) -> Iterator[int]:
    at = 0
    while at < len(value):
        one, at = _varint(value, at)
        yield one


def _number(kind: str, value: int) -> Any:
    if kind == "?":
        return bool(value)
    if kind == "z":
        return (value >> 1) ^ -(value & 1)
    if kind == "i" and value >= 1 << 63:
        value -= 1 << 64
    return value


def _field(field: Field, value: Any, *, masked: bool) -> bytes:
    kind, number = field.kind, field.number
    if field.repeated and (kind in _FIXED or kind in _VARINTS):
        return _tagged(number, b"".join(_bare(kind, one) for one in value))
    if kind in _FIXED:
        return _key(number, _SHORT if kind == "h" else _LONG) + _bare(kind, value)
    if kind in _VARINTS:
        return _key(number, _VARINT) + _bare(kind, value)
    several = value if field.repeated else [value]
    return b"".join(_tagged(number, _bytes(kind, one, masked=masked)) for one in several)


def _bare(kind: str, value: Any) -> bytes:
    try:
        if kind in _FIXED:
            return struct.pack(_FIXED[kind], int(value) if kind in _TEXT_NUMBERS else value)
        whole = int(value)
    except (ValueError, TypeError, struct.error) as error:
        raise NotOtlpError(str(error)) from None
    return _as_varint(((whole << 1) ^ (whole >> 63) if kind == "z" else whole) & 0xFFFFFFFFFFFFFFFF)


def _bytes(kind: str, value: Any, *, masked: bool) -> bytes:
    try:
        if kind == "s":
            return str(value).encode()
        if kind == "x":
            return bytes.fromhex(value)
        return base64.b64decode(value, validate=True) if kind == "b" else write(value, kind, masked=masked)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        if masked and kind in "xb":
            return str(value).encode()
        raise NotOtlpError(str(error)) from None


def _tagged(number: int, data: bytes) -> bytes:
    return _key(number, _BYTES) + _as_varint(len(data)) + data


def _key(number: int, wire: int) -> bytes:
    return _as_varint(number << 3 | wire)


def _as_varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
