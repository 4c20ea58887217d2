"""Stage: resolve. Whose report, letter, poll or lawsuit it is that says something."""

from __future__ import annotations

from dataclasses import replace

from rejoinder.actors.lexicon import things
from rejoinder.actors.phrases import DEFINITE, HE, IT, POSSESSIVE, SHE, THEY, NounPhrase, parse
from rejoinder.actors.reference import NOBODY, Context, Found
from rejoinder.actors.referring import Referring
from rejoinder.types import ActorKind

BODIES: tuple[ActorKind, ...] = ("organization", "government", "media", "country")
ISSUED = frozenset("by from of on in".split())
BY = 4  # words behind a document in which "by" makes it somebody's: "documents made public by"
BY_WHOM = HE | SHE | IT | THEY
PAST = ("ed", "ote", "ent")  # ends of "issued", "wrote", "sent"
UTTERED = frozenset("statement message letter email e-mail speech address remarks tweet post column filing lawsuit release comment".split())
SUITS = ("suit", "lawsuit", "complaint")
SUED = frozenset("sue sues sued suing".split())
FILED = frozenset((verb, suit) for verb in ("file", "files", "filed", "filing") for suit in SUITS)
ISSUE = 6  # words behind a cue, or at a sentence's start, in which a document is named


def issuer(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """Whose report, poll or letter it is, where the phrase says so, or said so when it was first spoken of."""
    found = _owner(d, phrase, context)
    for way in (_front, _behind, _uttered):
        found = found if found[0] is not None else way(d, phrase, context)
    if found[0] is not None:
        d.issuers[phrase.noun] = found[0]
    elif phrase.noun in d.issuers and d.page.lower[phrase.first] in DEFINITE:
        return d.issuers[phrase.noun], 0.5
    return found


def note(d: Referring, cue: tuple[int, int], speaker: int) -> None:
    """Notes whose document it is in which they say it: "found in a 70-page report", "wrote in a letter", "In a letter, ... warned", "sued".

    Args:
        d: whoever resolves phrases.
        cue: words [first, last) from the cue's first to its last.
        speaker: who says it.
    """
    (first, last), lower = cue, d.page.lower
    words = lower[first:last]
    if not SUED.isdisjoint(words) or words[-2:] in FILED:
        d.issuers.update(dict.fromkeys(SUITS, speaker))
    start = d.page.sentence_start(first)
    opening = lower[start + 1 : start + ISSUE] if lower[start] == "in" and start < first else ()
    behind = lower[last - 1 : min(last + ISSUE, d.page.sentence_start(last - 1, -1))]
    told = [word for k, word in enumerate(behind) if "in" in behind[:k] or "in" in words]
    for stretch in (opening, told):
        document = next((word for word in stretch if (word,) in things()), None)
        if document is not None:
            d.issuers.setdefault(document, speaker)


def _may_issue(d: Referring, found: int | None) -> bool:
    return found is not None and d.entities.all[found].kind != "country"


def _owner(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """ "His letter", "the council's report"."""
    if not phrase.owner or phrase.owner[1] > phrase.head:
        return NOBODY
    found = d.owner(phrase, context) if d.page.lower[phrase.owner[0]] in POSSESSIVE else d.refer(parse(d.page, *phrase.owner), context)
    return (found[0], 0.6 * found[1]) if _may_issue(d, found[0]) else NOBODY


def _front(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """ "A police statement", "a ministry memo"."""
    if phrase.head <= phrase.first + 1:
        return NOBODY
    whose = parse(d.page, phrase.first, phrase.head)
    return d.refer(replace(whose, definite=True, indefinite=False), context) if whose.sort == "noun" and whose.kind in BODIES else NOBODY


def _behind(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """ "A study by the law professor Ana Reed", "the statement he issued", "a statement on the campaign's website"; else a name before it."""
    after = d.page.lower[phrase.head + 1 : phrase.head + 1 + BY]
    if "by" in after or after[:1] == ("from",):
        maker = d.refer(parse(d.page, phrase.head + 2 + (after.index("by") if "by" in after else 0), phrase.last), context)[0]
        if _may_issue(d, maker):
            return maker, 0.6
    if len(after) > 1 and after[0] in BY_WHOM and after[1].endswith(PAST):
        return d.refer(parse(d.page, phrase.head + 1, phrase.head + 2), context)
    front = [int(d.page.name_at[w]) for w in range(phrase.first, phrase.head)]
    issued = bool(after) and (after[0] in ISSUED or "by" in after)
    behind = [int(d.page.name_at[w]) for w in range(phrase.head + 1, phrase.last)] if issued else []
    known = (d.entities.of_name.get(k) for places in (front[::-1], behind) for k in places)
    found = next((k for k in known if _may_issue(d, k)), None)
    return (found, 0.6) if found is not None else NOBODY


def _uttered(d: Referring, phrase: NounPhrase, context: Context) -> Found:
    """ "The statement said", right after somebody spoke: theirs."""
    if phrase.noun.split(" ")[-1] in UTTERED and phrase.definite and context.last_speaker is not None:
        speaker = d.entities.all[context.last_speaker]
        count = speaker.before(phrase.first)
        if count and d.page.sentence[phrase.first] - d.page.sentence[speaker.mentions[count - 1].head] <= 1:
            return context.last_speaker, 0.4
    return NOBODY
