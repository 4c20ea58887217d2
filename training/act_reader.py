"""The reader of acts: each statement read anew with its parts marked (rejoinder/tagging/marked.py), by upper layers of its own on the tagger's lower ones.

The tagger reads a statement's act from states that serve all its tasks. Layers that see where source, cue and content stand, and do nothing else, read it
better, and err elsewhere: both together are better than either (LOG.md). The lower layers are the tagger's and stay so, since one file holds both.

A larger encoder that is taught in the same way (TEACHER) knows more, and what it thinks of a statement teaches the reader that ships beside gold, also where
nobody has judged: statements that the tagger finds and gold lacks.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor, nn

from rejoinder.tagging.labels import ACTS, FLAGS
from rejoinder.tagging.marked import EDGES, Marked, Run, marked
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.words import layout_of, split
from training.model import Tagger, layout_parts
from training.stories import Gold, GoldStory
from training.variants import Variant, clean, dump

OWN = 3  # upper layers that are the reader's own: as many as a file of 30 MB has room for
TEACHER_OWN = 9  # of twelve
DUMPS = 0.5  # share of the stories
BATCH = 32
POOL = 40  # batches whose statements are sorted by length
WARM, DECAY = 0.05, 0.01
SMOOTHING = 0.03
FLAGS_WEIGHT = 0.5

Opinions = Mapping[Gold, NDArray[np.float32]]  # probabilities of ACTS, then of FLAGS


@dataclass(frozen=True, slots=True)
class Course:
    """What decides a run. Rates are peaks. taught: share of the loss that opinions have, where gold has judged the statement too."""

    passes: int
    encoder_rate: float
    head_rate: float
    layout_rate: float = 0.0  # of the tables for case, gaps and quotation state, which are the tagger's where that has learnt them
    taught: float = 0.0


TEACHER = Course(passes=2, encoder_rate=4.5e-5, head_rate=6e-4, layout_rate=3e-4)
STUDENT = Course(passes=4, encoder_rate=2e-4, head_rate=1e-3, taught=0.7)


@dataclass(frozen=True, slots=True)
class Judged:
    """A marked statement with what gold, and a teacher, say of it."""

    statement: Marked
    gold: Gold
    opinion: NDArray[np.float32] | None


class ActReader(nn.Module):
    """Logits of ACTS, then of FLAGS."""

    def __init__(self, tagger: Tagger, own: int = OWN) -> None:
        super().__init__()
        self.encoder, self.case, self.gap, self.quote = (copy.deepcopy(part) for part in (tagger.encoder, tagger.case, tagger.gap, tagger.quote))
        hidden: int = self.encoder.config.hidden_size
        self.head = nn.Sequential(nn.Linear(3 * hidden, hidden // 2), nn.GELU(), nn.Linear(hidden // 2, len(ACTS) + len(FLAGS)))
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:-own]):  # for the layout's tables `train` decides
            part.requires_grad_(False)

    def states(self, ids: Tensor, attention: Tensor | None, layout: Tensor) -> Tensor:
        """Of pieces (B, P): (B, P, hidden). layout: one code a piece, as in Session.run."""
        case, gap, quote = layout_parts(layout).unbind(-1)
        embedded = self.encoder.embeddings.word_embeddings(ids)
        embedded = embedded + self.case(case) + self.gap(gap) + self.quote(quote)
        return self.encoder(inputs_embeds=embedded, attention_mask=attention).last_hidden_state

    def forward(self, statements: Sequence[Marked]) -> Tensor:
        """Shape (statements, ACTS + FLAGS), from the states of the cue's mark, of the content and of the text's start."""
        longest = max(len(s.ids) for s in statements)
        device = next(self.parameters()).device
        ids, layout = (
            torch.tensor([part + [0] * (longest - len(part)) for part in parts], device=device)
            for parts in zip(*((s.ids, s.layout) for s in statements), strict=True)
        )
        said = torch.zeros(ids.shape, device=device)
        for k, statement in enumerate(statements):
            said[k, statement.content] = 1.0
        with torch.autocast(device.type, dtype=torch.bfloat16):
            states = self.states(ids, (ids > 0).float(), layout)
        states, said = states.float(), said.unsqueeze(-1)
        cue = states[torch.arange(len(ids)), [s.cue for s in statements]]
        content = (states * said).sum(1) / said.sum(1).clamp(min=1)
        return self.head(torch.cat([cue, content, states[:, 0]], -1))


def judged(story: GoldStory, variant: Variant, pieces: Pieces, opinions: Opinions | None = None) -> list[Judged]:
    """The statements of a story in a variant of its text of which gold or a teacher says something."""
    return [one for one in _marked(story, variant, pieces, opinions or {}) if one.gold.act or one.opinion is not None]


def _marked(story: GoldStory, variant: Variant, pieces: Pieces, opinions: Opinions) -> Iterator[Judged]:
    words = split(variant.text)
    ids = pieces.of(words)
    layout, at = layout_of(words), variant.origin[words.start]
    for gold in story.statements:
        runs = {role: _runs(gold, role, at) for role in EDGES}
        if runs["cue"]:
            yield Judged(marked(runs, ids, layout, (pieces.start, pieces.end)), gold, opinions.get(gold))


def _runs(gold: Gold, role: str, at: np.ndarray) -> list[Run]:
    """Words whose first letters stand in the spans of a role."""
    bounds = [(int(a), int(b)) for span in gold.spans.get(role, []) for a, b in [np.searchsorted(at, span)]]
    return [(a, b) for a, b in bounds if a < b]


def train(
    reader: ActReader, course: Course, stories: Sequence[GoldStory], pieces: Pieces, folder: Path, opinions: Opinions | None = None, seed: int = 1
) -> None:
    """Trains `reader` in place: it sees every statement of which gold or a teacher says something once a pass, in clean text or in a dump.

    Args:
        reader: to be trained.
        course: how.
        stories: with statements that are judged, others among them.
        pieces: the tagger's.
        folder: for a checkpoint after every pass, from which a stopped run goes on.
        opinions: a teacher's.
        seed: of the variants and the order.
    """
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader.to(device).train()
    layout = [p for part in (reader.case, reader.gap, reader.quote) for p in part.parameters()]
    for parameter in layout:
        parameter.requires_grad_(course.layout_rate > 0)
    parts = [(reader.encoder.parameters(), course.encoder_rate, DECAY), (reader.head.parameters(), course.head_rate, DECAY), (layout, course.layout_rate, 0.0)]
    groups = [{"params": [p for p in part if p.requires_grad], "lr": rate, "weight_decay": decay} for part, rate, decay in parts]
    adam = torch.optim.AdamW(groups, fused=True)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, start = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        stood = torch.load(checkpoint, weights_only=True, map_location=device)
        start = stood["passes"]
        reader.load_state_dict(stood["reader"])
        adam.load_state_dict(stood["adam"])
    for number in range(start, course.passes):
        rng = random.Random(seed * course.passes + number)
        batches = list(_batches(_pass(stories, pieces, opinions or {}, rng), rng))
        for k, batch in enumerate(track(batches, f"reading acts, pass {number + 1}/{course.passes}")):
            for group, (_, most, _) in zip(adam.param_groups, parts, strict=True):
                group["lr"] = most * _share((number + k / len(batches)) / course.passes)
            loss = _loss(reader([one.statement for one in batch]), batch, course.taught)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            adam.step()
            adam.zero_grad()
        torch.save({"passes": number + 1, "reader": reader.state_dict(), "adam": adam.state_dict()}, checkpoint)
    reader.eval()


@torch.no_grad()
def opinions(teacher: ActReader, stories: Sequence[GoldStory], pieces: Pieces) -> dict[Gold, NDArray[np.float32]]:
    """What the teacher thinks of every statement, in clean text."""
    every = [one for story in stories for one in _marked(story, clean(story.text), pieces, {})]
    every.sort(key=lambda one: len(one.statement.ids))
    out: dict[Gold, NDArray[np.float32]] = {}
    for start in track(range(0, len(every), BATCH), "opinions on acts"):
        batch = every[start : start + BATCH]
        logits = teacher([one.statement for one in batch])
        said = torch.cat([logits[:, : len(ACTS)].softmax(-1), logits[:, len(ACTS) :].sigmoid()], -1).cpu().numpy()
        out.update(zip((one.gold for one in batch), said, strict=True))
    return out


def _share(way: float) -> float:
    """Of the highest rate, `way` (0 to 1) through the training."""
    return min(1.0, way / WARM + 1e-3) * (1 - way)


def _pass(stories: Sequence[GoldStory], pieces: Pieces, opinions: Opinions, rng: random.Random) -> list[Judged]:
    return [one for s in stories for one in judged(s, dump(s.text, rng) if rng.random() < DUMPS else clean(s.text), pieces, opinions)]


def _loss(logits: Tensor, batch: Sequence[Judged], taught: float) -> Tensor:
    targets, weights = (torch.tensor(part, dtype=torch.float32, device=logits.device) for part in zip(*(_target(one, taught) for one in batch), strict=True))
    acts, flags = targets.split([len(ACTS), len(FLAGS)], -1)
    wrong = nn.functional.binary_cross_entropy_with_logits(logits[:, len(ACTS) :], flags, reduction="none").sum(1)
    return nn.functional.cross_entropy(logits[:, : len(ACTS)], acts) + FLAGS_WEIGHT * (wrong * weights).mean()


def _target(one: Judged, taught: float) -> tuple[NDArray[np.float32], float]:
    """What the reader is to say, like an opinion; and whether the flags in it are known, 1 or 0."""
    gold, opinion = one.gold, one.opinion
    if gold.act is None and opinion is not None:
        return opinion, 1.0
    said = np.full(len(ACTS) + len(FLAGS), SMOOTHING / len(ACTS), np.float32)
    said[ACTS.index(gold.act)] += 1 - SMOOTHING  # pyright: ignore[reportArgumentType]
    said[len(ACTS) :] = gold.flags or (opinion[len(ACTS) :] if opinion is not None else 0.0)
    if opinion is not None:
        said = (1 - taught) * said + taught * opinion
    return said, float(gold.flags is not None or opinion is not None)


def _batches(statements: list[Judged], rng: random.Random) -> Iterator[list[Judged]]:
    """Of statements of like length, in random order."""
    rng.shuffle(statements)
    for start in range(0, len(statements), BATCH * POOL):
        near = sorted(statements[start : start + BATCH * POOL], key=lambda one: len(one.statement.ids))
        batches = [near[k : k + BATCH] for k in range(0, len(near), BATCH)]
        rng.shuffle(batches)
        yield from batches
