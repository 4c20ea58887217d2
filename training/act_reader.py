"""The reader of acts: each statement read anew with its parts marked (rejoinder/tagging/marked.py), by upper layers of its own on the tagger's lower ones.

The tagger reads a statement's act from states that serve all its tasks. Layers that see where source, cue and content stand, and do nothing else, read it
better, and err elsewhere: both together are better than either (LOG.md). The lower layers are the tagger's and stay so, since one file holds both.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
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
DUMPS = 0.5  # share of the stories
PASSES = 3
BATCH = 32
POOL = 40  # batches whose statements are sorted by length
ENCODER_RATE, HEAD_RATE, WARM, DECAY = 2e-4, 1e-3, 0.05, 0.01
SMOOTHING = 0.03
FLAGS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """A marked statement; its act, an index into ACTS; its flags, None where nobody said."""

    statement: Marked
    act: int
    flags: tuple[bool, ...] | None


class ActReader(nn.Module):
    """Logits of ACTS, then of FLAGS."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.encoder, self.case, self.gap, self.quote = (copy.deepcopy(part) for part in (tagger.encoder, tagger.case, tagger.gap, tagger.quote))
        hidden: int = self.encoder.config.hidden_size
        self.head = nn.Sequential(nn.Linear(3 * hidden, hidden // 2), nn.GELU(), nn.Linear(hidden // 2, len(ACTS) + len(FLAGS)))
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:-OWN], self.case, self.gap, self.quote):
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


def judged(story: GoldStory, variant: Variant, pieces: Pieces) -> list[Judged]:
    """The judged statements of a story in a variant of its text."""
    words = split(variant.text)
    ids = pieces.of(words)
    layout, at = layout_of(words), variant.origin[words.start]
    out: list[Judged] = []
    for gold in story.statements:
        runs = {role: _runs(gold, role, at) for role in EDGES}
        if gold.act and runs["cue"]:
            out.append(Judged(marked(runs, ids, layout, (pieces.start, pieces.end)), ACTS.index(gold.act), gold.flags))  # pyright: ignore[reportArgumentType]
    return out


def _runs(gold: Gold, role: str, at: np.ndarray) -> list[Run]:
    """Words whose first letters stand in the spans of a role."""
    bounds = [(int(a), int(b)) for span in gold.spans.get(role, []) for a, b in [np.searchsorted(at, span)]]
    return [(a, b) for a, b in bounds if a < b]


def train(tagger: Tagger, stories: Sequence[GoldStory], pieces: Pieces, folder: Path, seed: int = 1) -> ActReader:
    """A reader that has seen every judged statement PASSES times, in clean text or in a dump.

    Args:
        tagger: whose lower layers it stands on.
        stories: with statements that are judged, others among them.
        pieces: the tagger's.
        folder: for a checkpoint after every pass, from which a stopped run goes on.
        seed: of the first weights, the variants and the order.
    """
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader = ActReader(tagger).to(device)
    encoder = [p for p in reader.encoder.parameters() if p.requires_grad]
    groups = [{"params": encoder, "lr": ENCODER_RATE, "weight_decay": DECAY}, {"params": reader.head.parameters(), "lr": HEAD_RATE}]
    adam = torch.optim.AdamW(groups)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, start = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        stood = torch.load(checkpoint, weights_only=True, map_location=device)
        start = stood["passes"]
        reader.load_state_dict(stood["reader"])
        adam.load_state_dict(stood["adam"])
    for number in range(start, PASSES):
        rng = random.Random(seed * PASSES + number)
        batches = list(_batches(_pass(stories, pieces, rng), rng))
        reader.train()
        for k, batch in enumerate(track(batches, f"reading acts, pass {number + 1}/{PASSES}")):
            for group, most in zip(adam.param_groups, (ENCODER_RATE, HEAD_RATE), strict=True):
                group["lr"] = most * _share((number * len(batches) + k) / (PASSES * len(batches)))
            loss = _loss(reader([one.statement for one in batch]), batch)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            adam.step()
            adam.zero_grad()
        torch.save({"passes": number + 1, "reader": reader.state_dict(), "adam": adam.state_dict()}, checkpoint)
    return reader.eval()


def _share(way: float) -> float:
    """Of the highest rate, `way` (0 to 1) through the training."""
    return min(1.0, way / WARM + 1e-3) * (1 - way)


def _pass(stories: Sequence[GoldStory], pieces: Pieces, rng: random.Random) -> list[Judged]:
    return [one for story in stories for one in judged(story, dump(story.text, rng) if rng.random() < DUMPS else clean(story.text), pieces)]


def _loss(logits: Tensor, batch: Sequence[Judged]) -> Tensor:
    acts = torch.tensor([one.act for one in batch], device=logits.device)
    flags = torch.tensor([one.flags or (False,) * len(FLAGS) for one in batch], device=logits.device).float()
    known = torch.tensor([one.flags is not None for one in batch], device=logits.device).float()
    wrong = nn.functional.binary_cross_entropy_with_logits(logits[:, len(ACTS) :], flags, reduction="none").sum(1)
    return nn.functional.cross_entropy(logits[:, : len(ACTS)], acts, label_smoothing=SMOOTHING) + FLAGS_WEIGHT * (wrong * known).mean()


def _batches(statements: list[Judged], rng: random.Random) -> Iterator[list[Judged]]:
    """Of statements of like length, in random order."""
    rng.shuffle(statements)
    for start in range(0, len(statements), BATCH * POOL):
        near = sorted(statements[start : start + BATCH * POOL], key=lambda one: len(one.statement.ids))
        batches = [near[k : k + BATCH] for k in range(0, len(near), BATCH)]
        rng.shuffle(batches)
        yield from batches
