"""How well two readers of the same invented stories agree, who did not know of each other: evaluation/gold/invented/desk.txt and desk-second.txt.

    python -m evaluation.readers

Statements are compared as in evaluation/attribution.py; acts, flags, speakers and links on statements whose cues share words.
"""

from __future__ import annotations

from evaluation.actors import Pair, going_together, same
from evaluation.attribution import Count, Scores, gold_tokens, item
from training.invented import HELD_OUT, Invented, gold_story, marked

FIRST, SECOND = HELD_OUT / "desk.txt", HELD_OUT.parent / "desk-second.txt"


def matched(one: Invented, other: Invented) -> dict[int, int]:
    """Statements of `one` -> those of `other` whose cues share words with theirs, each once."""
    out: dict[int, int] = {}
    for n, statement in one.statements.items():
        for m, second in other.statements.items():
            if m not in out.values() and any(a < d and c < b for a, b in statement.spans["cue"] for c, d in second.spans["cue"]):
                out[n] = m
                break
    return out


def main() -> None:
    """Command line."""
    scores = {False: Scores(), True: Scores()}
    counts = {name: Count() for name in ("act", "flags", "speaker", "link", "pair of a link")}
    second = {story.text: story for story in marked([SECOND])}
    for one in marked([FIRST]):
        other = second[one.text]
        tokens = gold_tokens({"text": one.text})
        for nested, score in scores.items():
            score.add(*([item(g.spans, tokens, one.text) for g in gold_story(story).statements if g.nested == nested] for story in (one, other)))
        both = matched(one, other)
        for n, m in both.items():
            counts["act"].add(int(one.statements[n].act == other.statements[m].act), 1, 1)
            counts["flags"].add(int(one.statements[n].flags == other.statements[m].flags), 1, 1)
        theirs: dict[tuple[int | None, int | None], str] = {(a, b): relation for a, b, relation in other.links}
        mine = {(both.get(a), both.get(b)): relation for a, b, relation in one.links}
        counts["link"].add(sum(theirs.get(pair) == relation for pair, relation in mine.items()), len(theirs), len(one.links))
        counts["pair of a link"].add(len(mine.keys() & theirs.keys()), len(theirs), len(one.links))
        speakers = [(one.speakers[n], other.speakers[m]) for n, m in both.items()]
        pairs = [Pair(one.id, "", _parts(a[0] if a else None), _parts(b[0] if b else None), "") for a, b in speakers]
        together = going_together(pairs).get(one.id, {})
        for a, b in speakers:
            if a:
                counts["speaker"].add(int(b is not None and same(a[0], b[0], together, a[1])), 1, 1)
    for nested, score in scores.items():
        print("nested" if nested else "outermost", score.f1())
    print({name: (round(count.f1, 1), count.gold) for name, count in counts.items()})


def _parts(speaker: str | None) -> dict[str, str | None]:
    return {"speaker": speaker, "to": None, "target": None}


if __name__ == "__main__":
    main()
