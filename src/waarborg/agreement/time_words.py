"""Durations and moments as a sentence says them, from the way a file writes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from waarborg.agreement.shape import DURATION

_UNITS = ("year", "month", "week", "day", "hour", "minute")


def duration_words(written: str) -> str:
    """An ISO 8601 duration in words: "PT24H" as "24 hours", "P1M" as "1 month".

    Source: ISO 8601, in the subset that agreement files take.
    """
    found = DURATION.match(written)
    if found is None:
        return written
    parts = [
        f"{int(count)} {unit}{'' if int(count) == 1 else 's'}"
        for count, unit in zip(found.groups(), _UNITS, strict=True)
        if count
    ]
    return " and ".join(parts)


def moment_words(written: str) -> str:
    """A moment in words, in the offset in which the file gives it: "1 May 2031, 00:00 (UTC-1)"."""
    moment = datetime.fromisoformat(written)
    seconds = f":{moment:%S}" if moment.second else ""
    return f"{moment.day} {moment:%B %Y, %H:%M}{seconds} ({_offset(moment)})"


def _offset(moment: datetime) -> str:
    offset = moment.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    if not minutes:
        return "UTC"
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}"
