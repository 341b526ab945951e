"""Foreign text as it may be shown: letters that act instead of being read are spelled out.

An escape sequence can repaint a terminal and a direction mark can turn words round, so that a person
reads something else than what stands there.
"""

from __future__ import annotations

import unicodedata

UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories that are shown by their number: controls, direction marks, and the like."""


def visible(words: str) -> str:
    """Text whose control and direction marks are spelled out, so that none can act.

    Line ends and tabs stay.
    """
    if words.isprintable():
        return words
    return "".join(
        f"[U+{ord(letter):04X}]"
        if unicodedata.category(letter) in UNSAFE and letter not in "\n\t"
        else letter
        for letter in words
    )


def on_one_line(words: str) -> str:
    """Text that cannot pass for more than one line: its line ends are shown as signs."""
    return " ⏎ ".join(visible(words).splitlines())
