"""What PolNeAR's automatic parses can teach: the head word of a cue, and whom it is said to.

The parses are silver: good enough for labels that the model generalises from, never used at run time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

Span = tuple[int, int]

# Verbs whose object is the one spoken to, and those that take "to"/"with" + the one spoken to.
TELLS = frozenset(
    "tell told tells telling ask asked asks asking inform informed assure assured assures remind reminded reminds warn warned warns warning "
    "advise advised advises notify notified thank thanked thanks congratulate congratulated promise promised beg begged "
    "brief briefed persuade persuaded convince convinced reassure reassured instruct instructed "
    "urge urged urges urging order ordered show showed text texted email emailed e-mailed".split()
)
SPEAKS = frozenset(
    "say said says saying speak spoke speaks write wrote writes written complain complained explain explained suggest suggested announce announced "
    "talk talked admit admitted confess confessed respond responded reply replied mention mentioned report reported promise promised "
    "statement remarks interview letter email e-mail memo appeal appealed message conversation pledge pledged apologize apologized".split()
)
CONVERSES = frozenset("speak spoke speaks speaking talk talked talking meet met".split())
SETTINGS = frozenset("interview letter email e-mail memo statement message note speech conversation remarks call".split())
LONGEST = 12  # tokens; a longer addressee is a parse gone wrong


class Parse:
    """Tokens and basic dependencies of a story; empty where the corpus has none."""

    def __init__(self, text: str, corenlp: dict[str, Any] | None) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.heads: list[int] = []  # absolute index, -1 = root
        self.relations: list[str] = []
        for sentence in (corenlp or {}).get("sentences", []):
            base = len(self.starts)
            for token in sentence["tokens"]:
                self.starts.append(token[0])
                self.ends.append(token[1])
            for head, relation in sentence.get("dep", []):
                self.heads.append(base + head - 1 if head else -1)
                self.relations.append(relation)
            short = len(self.starts) - len(self.heads)
            self.heads.extend([-1] * short)
            self.relations.extend(["dep"] * short)
        self.words = [text[a:b].lower() for a, b in zip(self.starts, self.ends, strict=True)]
        self.children: list[list[int]] = [[] for _ in self.heads]
        for k, head in enumerate(self.heads):
            if head >= 0:
                self.children[head].append(k)

    def tokens(self, span: Span) -> range:
        """Indices of the tokens that overlap `span`."""
        return range(bisect_right(self.ends, span[0]), bisect_left(self.starts, span[1]))

    def head(self, span: Span) -> int | None:
        """Offset of the syntactic head of `span`: the token whose own head lies outside; the longest-reaching one if several."""
        inside = self.tokens(span)
        tops = [k for k in inside if self.heads[k] not in inside and self.relations[k] != "punct"]
        if not tops:
            return None
        return self.starts[max(tops, key=lambda k: sum(1 for c in inside if self._under(c, k)))]

    def _under(self, token: int, top: int) -> bool:
        for _ in range(60):
            if token == top:
                return True
            if token < 0:
                return False
            token = self.heads[token]
        return False

    def addressee(self, spans: dict[str, list[Span]]) -> list[Span]:
        """The addressee that the parse shows next to the cue, or nothing."""
        cue = self.tokens(spans["cue"][0])
        taken = {k for role in ("source", "cue", "content") for span in spans[role] for k in self.tokens(span)}
        for verb in cue:
            for child in self.children[verb]:
                span = self._addressed(verb, child)
                if span and not any(k in taken for k in span):
                    return [(self.starts[span[0]], self.ends[span[-1]])]
        return []

    def _addressed(self, verb: int, child: int) -> list[int] | None:
        word, relation = self.words[verb], self.relations[child]
        if word in TELLS and relation in ("dobj", "iobj", "obj"):
            return self._phrase(child)
        case = self._case(child)
        if relation.startswith(("nmod", "obl")) and ((word in SPEAKS and case == "to") or (word in CONVERSES | SETTINGS and case == "with")):
            return self._phrase(child, skip_case=True)
        if relation.startswith(("nmod", "obl")) and self.words[child] in SETTINGS and self._case(child) in ("in", "during"):
            for below in self.children[child]:
                if self.relations[below].startswith(("nmod", "acl")) and self._case(below) in ("to", "with"):
                    return self._phrase(below, skip_case=True)
        return None

    def _case(self, k: int) -> str:
        return next((self.words[c] for c in self.children[k] if self.relations[c] == "case"), "")

    def _phrase(self, k: int, skip_case: bool = False) -> list[int] | None:
        """The noun phrase under `k` without its relative clauses, as consecutive tokens."""
        found = [k]
        stack = [k]
        while stack:
            for child in self.children[stack.pop()]:
                relation = self.relations[child]
                if relation in ("acl:relcl", "acl", "punct", "ccomp", "advcl", "xcomp", "parataxis", "dep", "nmod:tmod"):
                    continue
                if (skip_case and relation == "case") or self.words[child] in SETTINGS:
                    continue
                found.append(child)
                stack.append(child)
        found.sort()
        whole = list(range(found[0], found[-1] + 1))
        return whole if len(whole) <= LONGEST and whole[0] >= 0 else None
