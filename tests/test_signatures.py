"""Signed quotations."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rejoinder.statements.signatures import BEGINS, GOES_ON, find_signatures
from rejoinder.tagging.words import split

LETTERS = """Readers write.

“The bridge was never safe. Ask anyone.” — {Dorka Vas}
“I cross it twice a day.” — {Edwin} G. Monk, a baker

“Nobody asked us.

“Nobody will.” ― President {Lind}.

The council meets on Monday."""
SAID = [
    ("Dorka Vas", "“The bridge was never safe. Ask anyone.”"),
    ("Edwin G. Monk", "“I cross it twice a day.”"),
    ("President Lind", "“Nobody asked us.\n\n“Nobody will.”"),
]
DUMP = """the bridge was never safe .
ask anyone . — {dorka vas} i cross it twice a day . — {edwin} g .
monk nobody asked us . ― president {lind} .
the council meets on monday ."""


def signatures(marked: str) -> list[tuple[str, str]]:
    """(name, what was said) of a text in which the names that the model would tag stand in braces."""
    text = re.sub(r"[{}]", "", marked)
    words = split(text)
    names = np.zeros(len(words), np.int8)
    for k, match in enumerate(re.finditer(r"{(.+?)}", marked)):
        here = np.flatnonzero((words.start >= match.start() - 2 * k) & (words.end <= match.end() - 2 * k - 2))
        names[here] = GOES_ON
        names[here[0]] = BEGINS
    return [
        (text[words.start[t.source[0]] : words.end[t.source[1] - 1]], text[words.start[t.content[0]] : words.end[t.content[1] - 1]])
        for t in find_signatures(words, names)
    ]


def test_signed_letters():
    assert signatures(LETTERS) == SAID


def test_a_signature_on_a_line_of_its_own():
    assert signatures("Claims and facts.\n\n“We cut the tax.”\n\n- {Dorka Vas}.\n\nThe tax rose.") == [("Dorka Vas", "“We cut the tax.”")]


def test_a_long_letter_of_a_dump_goes_back_to_the_last_signature():
    long = "nobody asked us .\n" * 30
    assert signatures(DUMP.replace("monk nobody", f"monk {long}nobody"))[2][1].count("nobody") == 31


def test_several_signatures_need_no_marks():
    assert [(name.replace("\n", " "), said) for name, said in signatures(DUMP)] == [
        ("dorka vas", "ask anyone ."),
        ("edwin g . monk", "i cross it twice a day ."),
        ("president lind", "nobody asked us ."),
    ]


@pytest.mark.parametrize(
    "marked",
    [
        "",
        "—",
        "He lost. — {Dorka Vas} won.",
        "CALDER, Mo. — {Dorka Vas} lost.",
        "It was “a shame.” — {Dorka Vas}",  # a reporter's own line
        "The bill passed.\n\n— {Dorka Vas}.\n\nThe bill failed.\n\n— {Jon Lind}.\n\nNobody came.\n\n— {Ana Sorel}.",
        "the winners .\n— {dorka vas} of the herald .\n— {jon lind} , reporter .\n— {ana sorel} and her team .",
        "“Nobody asked us.” — The council",
    ],
)
def test_what_is_no_signature(marked: str):
    assert signatures(marked) == []
