"""How often the turns of transcripts that statements/turns.py finds are statements in PolNeAR's gold, too.

python -m evaluation.turns
"""

from __future__ import annotations

from evaluation.attribution import gold_tokens, item, matches
from evaluation.corpus import dev_stories
from rejoinder.statements.turns import find_turns
from rejoinder.tagging.words import split


def main() -> None:
    """Prints, by split, stories with turns, turns, and the share that is right (relaxed)."""
    for name in ("train", "dev"):
        stories = turns = right = 0
        for story in dev_stories(split_name=name):
            words, text = split(story["text"]), story["text"]
            found = find_turns(words)
            tokens = gold_tokens(story)
            gold = [item(row, tokens, text) for row in story["attributions"][0]["items"] if row.get("cue")]

            def span(run: tuple[int, int], words: object = words) -> list[tuple[int, int]]:
                return [(int(words.start[run[0]]), int(words.end[run[1] - 1]))]  # type: ignore[attr-defined]

            predicted = [item({"source": span(t.source), "cue": span(t.cue), "content": span(t.content)}, tokens, text) for t in found]
            stories += bool(found)
            turns += len(found)
            right += sum(match is not None for match in matches(gold, predicted))
            if found:
                print(f"  {story['id']}: {len(found)} turns, {sum(m is not None for m in matches(gold, predicted))} right")
        print(f"{name}: {stories} stories, {turns} turns, {right} right")


if __name__ == "__main__":
    main()
