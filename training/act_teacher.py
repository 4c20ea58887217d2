"""A larger reader of acts: each statement in its context with its parts marked, read by an encoder of its own. What it thinks of a statement's act teaches the
tagger beside gold.

The tagger reads a statement's act from states that serve all its tasks; an encoder of 12 layers that sees where source, cue and content stand, and does
nothing else, reads it better, and knows how doubtful it is. 49 minutes on two CPU cores with native bfloat16 for the 38,000 statements of our gold.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from rejoinder.tagging.labels import ACTS, FLAGS
from training.stories import Gold, GoldStory, Span
from training.variants import Variant, clean, dump

SIDE = 72  # pieces on either side of the cue that are read
AROUND = 14  # of these, pieces beside the statement's own words
LONGEST = 112  # pieces of the text
START, END = 101, 102  # of a text
# Pieces that BERT's vocabulary leaves unused, before and after the words of a part.
EDGES = {"source": (1, 2), "cue": (3, 4), "content": (5, 6)}
DUMPS = 0.5  # share of the stories
FROZEN = 3  # lower layers that stay as they are
BATCH = 16
POOL = 40  # batches whose statements are sorted by length
ENCODER_RATE, HEAD_RATE, WARM, DECAY = 4e-5, 6e-4, 0.05, 0.01
SMOOTHING = 0.03
FLAGS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Marked:
    """A statement as it is read: pieces, where the cue's mark stands, which pieces are content; and its act and flags, None where unknown."""

    ids: list[int]
    cue: int
    content: list[bool]
    act: int
    flags: tuple[bool, ...] | None


def whole(file: Path) -> Tokenizer:
    """A tokenizer of texts of any length."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class ActTeacher(nn.Module):
    """Logits of ACTS, then of FLAGS."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base, add_pooling_layer=False)
        hidden: int = self.encoder.config.hidden_size
        self.head = nn.Sequential(nn.Linear(3 * hidden, hidden // 2), nn.GELU(), nn.Linear(hidden // 2, len(ACTS) + len(FLAGS)))
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN]):
            part.requires_grad_(False)

    def forward(self, statements: Sequence[Marked]) -> Tensor:
        """Shape (statements, ACTS + FLAGS), from the states of the cue's mark, of the content and of the text's start."""
        longest = max(len(s.ids) for s in statements)
        device = next(self.parameters()).device
        ids = torch.tensor([s.ids + [0] * (longest - len(s.ids)) for s in statements], device=device)
        said = torch.tensor([s.content + [False] * (longest - len(s.content)) for s in statements], device=device).float().unsqueeze(-1)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            states = self.encoder(input_ids=ids, attention_mask=(ids > 0).float()).last_hidden_state
        states = states.float()
        cue = states[torch.arange(len(ids)), [s.cue for s in statements]]
        content = (states * said).sum(1) / said.sum(1).clamp(min=1)
        return self.head(torch.cat([cue, content, states[:, 0]], -1))


def marked(story: GoldStory, variant: Variant, tokenizer: Tokenizer) -> list[tuple[int, Marked]]:
    """The judged statements of a story in a variant of its text, each with its index."""
    found = tokenizer.encode(variant.text, add_special_tokens=False)
    at = np.array([variant.origin[a] for a, _ in found.offsets])
    out = ((k, _marked(gold, found.ids, at)) for k, gold in enumerate(story.statements) if gold.act)
    return [(k, statement) for k, statement in out if statement]


def _marked(gold: Gold, ids: list[int], at: NDArray[np.int32]) -> Marked | None:
    def places(spans: Sequence[Span]) -> set[int]:
        return {k for a, b in spans for k in np.flatnonzero((at >= a) & (at < b)).tolist()}

    cue = places(gold.spans["cue"])
    if not cue:
        return None
    head = min(cue)
    parts = {role: {k for k in places(gold.spans.get(role, [])) if abs(k - head) < SIDE} for role in EDGES}
    own = set[int]().union(*parts.values())
    first, last = max(0, min(own) - AROUND, head - SIDE), min(len(ids), max(own) + 1 + AROUND, head + SIDE)
    last = min(last, first + LONGEST)
    out, content, mark = [START], [False], 0
    for k in range(first, last):
        opening = [role for role in ("source", "content", "cue") if k in parts[role] and k - 1 not in parts[role]]
        closing = [role for role in ("cue", "content", "source") if k in parts[role] and k + 1 not in parts[role]]
        if "cue" in opening and not mark:
            mark = len(out) + opening.index("cue")
        out += [*(EDGES[role][0] for role in opening), ids[k], *(EDGES[role][1] for role in closing)]
        content += [*(False for _ in opening), k in parts["content"], *(False for _ in closing)]
    return Marked([*out, END], mark, [*content, False], ACTS.index(gold.act), gold.flags)  # pyright: ignore[reportArgumentType]


def train(base: str, stories: Sequence[GoldStory], tokenizer: Tokenizer, out: Path, seed: int = 1) -> ActTeacher:
    """A reader that has seen every judged statement once, in clean text or in a dump; from `out` where that stands."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    teacher = ActTeacher(base).to("cuda" if torch.cuda.is_available() else "cpu")
    if out.exists():
        teacher.load_state_dict(torch.load(out, weights_only=True, map_location="cpu"))
        return teacher.eval()
    batches = list(
        _batches([s for story in stories for _, s in marked(story, dump(story.text, rng) if rng.random() < DUMPS else clean(story.text), tokenizer)], rng)
    )
    encoder = [p for p in teacher.encoder.parameters() if p.requires_grad]
    groups = [{"params": encoder, "lr": ENCODER_RATE, "weight_decay": DECAY}, {"params": teacher.head.parameters(), "lr": HEAD_RATE}]
    adam = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda k: min(1.0, (k + 1) / (WARM * len(batches))) * (1 - k / len(batches)))
    teacher.train()
    for batch in track(batches, "reading acts"):
        loss = _loss(teacher(batch), batch)
        loss.backward()
        nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        adam.step()
        schedule.step()
        adam.zero_grad()
    torch.save(teacher.state_dict(), out)
    return teacher.eval()


def _loss(logits: Tensor, batch: Sequence[Marked]) -> Tensor:
    acts = torch.tensor([s.act for s in batch], device=logits.device)
    flags = torch.tensor([s.flags or (False,) * len(FLAGS) for s in batch], device=logits.device).float()
    known = torch.tensor([s.flags is not None for s in batch], device=logits.device).float()
    wrong = nn.functional.binary_cross_entropy_with_logits(logits[:, len(ACTS) :], flags, reduction="none").sum(1)
    return nn.functional.cross_entropy(logits[:, : len(ACTS)], acts, label_smoothing=SMOOTHING) + FLAGS_WEIGHT * (wrong * known).mean()


def _batches(statements: list[Marked], rng: random.Random) -> Iterator[list[Marked]]:
    """Of statements of like length, in random order."""
    rng.shuffle(statements)
    for start in range(0, len(statements), BATCH * POOL):
        near = sorted(statements[start : start + BATCH * POOL], key=lambda s: len(s.ids))
        batches = [near[k : k + BATCH] for k in range(0, len(near), BATCH)]
        rng.shuffle(batches)
        yield from batches


@torch.no_grad()
def with_opinions(teacher: ActTeacher, stories: Sequence[GoldStory], tokenizer: Tokenizer) -> list[GoldStory]:
    """The stories with what the teacher thinks of each judged statement's act; as a dump where most of the story's variants are dumps."""
    out: list[GoldStory] = []
    for story in track(stories, "opinions on acts"):
        found = marked(story, (dump if story.degraded else clean)(story.text), tokenizer)
        statements = list(story.statements)
        for start in range(0, len(found), BATCH):
            here = found[start : start + BATCH]
            likely = teacher([s for _, s in here])[:, : len(ACTS)].softmax(-1).cpu().numpy()
            for (k, _), opinion in zip(here, likely, strict=True):
                statements[k] = replace(statements[k], opinion=opinion)
        out.append(replace(story, statements=statements))
    return out
