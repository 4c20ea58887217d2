"""Several models distilled into one: the student learns what its teachers say together, besides gold.

Teachers that differ in their seeds err in different places; their mean is better than each, and knows how doubtful a label is, which gold (one annotator's
reading) does not tell. Targets are probabilities: of anchors, quotation state, names, modes, acts and flags, and, for rows, the CRF's marginals of labels and of
pairs of labels, so that the student's loss is the cross-entropy between whole labellings (Hinton, Vinyals and Dean 2015; for chains Wang et al. 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.model import Batch, Said, Tagger

SHARE = 0.6  # of the teachers' loss; the rest is gold's


@dataclass(frozen=True, slots=True)
class Taught:
    """Mean of the teachers' probabilities.

    anchors (B, W, 2); quoted, names (B, W, classes). Of N rows: labels (N, K, labels); pairs (labels, labels), summed over rows and words; modes, acts (N, classes); flags (N, 2).
    """

    anchors: Tensor
    quoted: Tensor
    names: Tensor
    labels: Tensor | None
    pairs: Tensor | None
    modes: Tensor | None
    acts: Tensor | None
    flags: Tensor | None


def marginals(teacher: Tagger, scores: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities of each label, shape of `scores`, and of each pair of neighbouring labels, summed over rows and words: gradients of the log partition."""
    with torch.enable_grad():
        leaf = scores.detach().float().requires_grad_()
        kept = teacher.transitions.requires_grad
        teacher.transitions.requires_grad_(True)
        labels, pairs = torch.autograd.grad(teacher.log_partition(leaf).sum(), (leaf, teacher.transitions))
        teacher.transitions.requires_grad_(kept)
    return labels, pairs


def teach(teachers: Sequence[Tagger], batch: Batch) -> Taught:
    """What the teachers, in evaluation mode, say of a batch."""
    sums: list[Tensor | None] = [None] * 8
    for teacher in teachers:
        with torch.no_grad():
            said = teacher.say(batch)
            rows = said.rows
            parts: list[Tensor | None] = [said.anchors.sigmoid(), said.quoted.softmax(-1), said.names.softmax(-1)]
            if rows is None:
                parts.extend([None] * 5)
            else:
                parts.extend((*marginals(teacher, rows.scores), rows.modes.float().softmax(-1), rows.acts.float().softmax(-1), rows.flags.float().sigmoid()))
        sums = [part if total is None or part is None else total + part for total, part in zip(sums, parts, strict=True)]
    return Taught(*(None if total is None else total / len(teachers) for total in sums))  # type: ignore[arg-type]


def losses(student: Tagger, said: Said, batch: Batch, taught: Taught) -> dict[str, Tensor]:
    """Cross-entropies against the teachers, by name and on the scale of Tagger.losses."""
    words = (batch.first > 0).float()
    each = nn.functional.binary_cross_entropy_with_logits(said.anchors, taught.anchors, reduction="none")
    # Words of context teach no anchors; gold's mask says which ones do, and the teachers know of nested ones where gold does not.
    core = batch.anchor_mask.amax(-1, keepdim=True)
    out = {
        "anchor": (each * core).sum() / max(len(batch.row_at), 1),
        "quoted": _mean(said.quoted, taught.quoted, words),
        "names": _mean(said.names, taught.names, words),
    }
    rows = said.rows
    if rows is None or taught.labels is None or taught.pairs is None or taught.modes is None or taught.acts is None or taught.flags is None:
        return out
    expected = (rows.scores * taught.labels).sum() + (student.transitions.float() * taught.pairs).sum()
    out["row"] = (student.log_partition(rows.scores).sum() - expected) / len(rows.scores)
    every = torch.ones(len(rows.scores), device=words.device)
    out["mode"] = _mean(rows.modes.float(), taught.modes, every)
    out["act"] = _mean(rows.acts.float(), taught.acts, every)
    out["flags"] = nn.functional.binary_cross_entropy_with_logits(rows.flags.float(), taught.flags)
    return out


def mixed(gold: dict[str, Tensor], taught: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gold's and the teachers' losses together, SHARE of the latter; what only gold tells counts whole."""
    return {name: (1 - SHARE) * value + SHARE * taught[name] if name in taught else value for name, value in gold.items()}


def _mean(logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    return -((target * logits.log_softmax(-1)).sum(-1) * weights).sum() / weights.sum().clamp(min=1)
