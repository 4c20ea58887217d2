"""Several larger models distilled into the one that ships: the student learns what its teachers say, besides gold.

A teacher knows how doubtful a label is, which gold (one annotator's reading) does not tell, and has an opinion where gold has none: nested statements in
stories that nobody marked for them, statements of texts that were marked for names alone. Teachers are **crossed**: each learns from the stories of all
folds but one and teaches that one, so that what it says is never what it knows by heart.

Targets are probabilities: of anchors, quotation state, names, antecedents, modes, acts and flags, and, for rows, the CRF's marginals of labels and of pairs
of labels, so that the student's loss is the cross-entropy between whole labellings (Hinton, Vinyals and Dean 2015; for chains Wang et al. 2020).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from training.examples import UNTAUGHT
from training.model import Batch, Rows, Said, Tagger
from training.stories import GoldStory

FOLDS = 3
SHARE = 0.7  # of the teacher's loss; the rest is gold's
SURE = 0.5  # probability of an anchor from which a teacher gets a row where gold knows none


def in_folds(stories: Sequence[GoldStory]) -> list[GoldStory]:
    """The stories, each in its fold: by a hash of the text, the same in every run."""
    return [replace(story, fold=zlib.crc32(story.text.encode()) % FOLDS) for story in stories]


@dataclass(frozen=True, slots=True)
class Taught:
    """What a teacher says of a batch.

    row_at (N, 2): the batch's rows, then those that gold does not know. anchors (B, W, 2); quoted, names (B, W, classes); antecedents (M, C + 1);
    labels (N, K, labels); modes, acts (N, classes); flags (N, 2): probabilities. pairs (labels, labels): expected transitions, summed over rows and
    words. None where there are no rows.
    """

    row_at: Tensor
    anchors: Tensor
    quoted: Tensor
    names: Tensor
    antecedents: Tensor
    labels: Tensor | None
    pairs: Tensor | None
    modes: Tensor | None
    acts: Tensor | None
    flags: Tensor | None


def marginals(teacher: Tagger, scores: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities of each label, shape of `scores`, and expected numbers of each pair of neighbouring labels: gradients of the log partition."""
    with torch.enable_grad():
        leaf = scores.detach().float().requires_grad_()
        labels, pairs = torch.autograd.grad(teacher.log_partition(leaf).sum(), (leaf, teacher.transitions))
    return labels, pairs


@torch.no_grad()
def teach(teacher: Tagger, batch: Batch) -> Taught:
    """What a teacher in evaluation mode says of a batch."""
    said = teacher.read(batch)
    anchors = said.anchors.sigmoid()
    unknown = (batch.anchor_mask == 0) & (batch.core > 0).unsqueeze(-1)
    wanted = ((anchors > SURE) & unknown).any(-1)
    wanted[batch.row_at[:, 0], batch.row_at[:, 1]] = False
    row_at = torch.cat([batch.row_at, wanted.nonzero()])
    rows = teacher.rows_at(said, batch, row_at)
    words = (anchors, said.quoted.softmax(-1), said.names.softmax(-1), teacher.reference_scores(said.words, batch).softmax(-1))
    if rows is None:
        return Taught(row_at, *words, None, None, None, None, None)
    labels, pairs = marginals(teacher, rows.scores)
    return Taught(row_at, *words, labels, pairs, rows.modes.float().softmax(-1), rows.acts.float().softmax(-1), rows.flags.float().sigmoid())


@dataclass(frozen=True, slots=True)
class Lesson:
    """The losses of a student: gold's and its teachers', the latter by fold; shares: of the teacher's losses by name, where not SHARE."""

    teachers: Sequence[Tagger]
    shares: Mapping[str, float] = field(default_factory=dict[str, float])

    def __call__(self, student: Tagger, batch: Batch) -> dict[str, Tensor]:
        """Losses by name, on the scale of Tagger.losses; what only gold tells counts whole."""
        if batch.fold == UNTAUGHT:
            return student.loss(batch)
        taught = teach(self.teachers[int(batch.fold)].to(batch.ids.device), batch)  # a copy of the student may stand elsewhere
        said = student.read(batch)
        rows = student.rows_at(said, batch, taught.row_at)
        known = len(batch.row_at)
        gold = student.losses(said._replace(rows=Rows(*(part[:known] for part in rows)) if rows is not None and known else None), batch)
        told = losses(student, said._replace(rows=rows), batch, taught)
        both = {name: gold[name] + self.shares.get(name, SHARE) * (told[name] - gold[name]) for name in gold.keys() & told.keys()}
        return {**told, **gold, **both}


def losses(student: Tagger, said: Said, batch: Batch, taught: Taught) -> dict[str, Tensor]:
    """Cross-entropies against a teacher by name; rows of `said` at `taught.row_at`."""
    real = (batch.first > 0).float()
    each = nn.functional.binary_cross_entropy_with_logits(said.anchors, taught.anchors, reduction="none")
    out = {
        "anchor": (each * batch.core.unsqueeze(-1)).sum() / max(len(taught.row_at), 1),
        "quoted": _mean(said.quoted, taught.quoted, real),
        "names": _mean(said.names, taught.names, real),
    }
    if len(batch.anaphors):
        scores = student.reference_scores(said.words, batch)
        out["reference"] = _mean(scores, taught.antecedents)
    rows = said.rows
    if rows is None or taught.labels is None or taught.pairs is None or taught.modes is None or taught.acts is None or taught.flags is None:
        return out
    expected = (rows.scores * taught.labels).sum() + (student.transitions.float() * taught.pairs).sum()
    out["row"] = (student.log_partition(rows.scores).sum() - expected) / len(rows.scores)
    out["mode"] = _mean(rows.modes.float(), taught.modes)
    out["act"] = _mean(rows.acts.float(), taught.acts)
    out["flags"] = nn.functional.binary_cross_entropy_with_logits(rows.flags.float(), taught.flags)
    return out


def _mean(logits: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean of the cross-entropies of logits (..., classes), weighted where weights (...) are given."""
    each = -(target * logits.log_softmax(-1)).sum(-1)
    return each.mean() if weights is None else (each * weights).sum() / weights.sum().clamp(min=1)
