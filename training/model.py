"""The tagger in torch: one encoder, anchors for the cues, a row of labels for each anchor.

The encoder (any BERT-like folder or hub name) reads pieces plus layout embeddings. A word is an **anchor** where it heads a cue: of an outermost
statement or of a nested one (two logits). For every anchor a small transformer re-reads the words around it, knowing where the anchor is
and where other anchors are likely, and a linear-chain CRF labels them (labels.py). Rows are labelled apart from each other, which
gives links from cue to source and content for free and lets statements nest.

Three smaller heads read the same states: **restored** says where quotation marks would stand (rows see it, which is what a dump has instead of marks),
**names** marks persons, organisations, places and other names, and **reference** gives each word a vector as an anaphor and one as an antecedent
(tagging/labels.py, actors/). Each row also says what its statement does (**act**), whether it was said at all (**flags**), and what it
**means**: a vector taught to lie where the base model's sentence embedding of the content lies (training/meaning.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import AutoModel

from rejoinder.tagging.labels import ACTS, DISTANCES, FLAGS, LABELS, MEANING_WIDTH, MODES, NAMES, QUOTED, REACH, REFERENCE_WIDTH, begins, illegal
from rejoinder.tagging.words import BREAKS, CASES, QUOTES

BANNED = -1e4
ROW_WIDTH = 96
ROW_HEADS = 4
ROW_LAYERS = 2
ACT_DROPOUT = 0.5  # of the heads for acts and flags, which see few statements


@dataclass
class Batch:
    """Windows of one step; P pieces, W words, N rows.

    ids, attention (B, P); layout (B, P, 3); first (B, W) index of each word's first piece, 0 = padding;
    anchors, anchor_mask (B, W, 2); core (B, W), 1 at the words that are not only context; row_at (N, 2) window and word of each anchor;
    labels (N, 2 * REACH + 1); modes (N,), -100 = unknown; acts (N, acts), probabilities, zeros = unknown;
    flags (N, 2), -1 = unknown; meanings (N, MEANING_WIDTH) of length 1, zeros = unknown.
    quoted, names (B, W), -100 = unknown. References, M anaphors with C candidates each: anaphors (M, 2) window and word; candidates (M, C) words of the
    same window, -1 = none; distances (M, C) indices into DISTANCES; right (M, C + 1), 1 at each right antecedent, the last column for "nothing before it".
    fold (): of the stories that all the windows are from.
    """

    ids: Tensor
    attention: Tensor
    layout: Tensor
    first: Tensor
    anchors: Tensor
    anchor_mask: Tensor
    core: Tensor
    row_at: Tensor
    labels: Tensor
    modes: Tensor
    acts: Tensor
    flags: Tensor
    meanings: Tensor
    quoted: Tensor
    names: Tensor
    anaphors: Tensor
    candidates: Tensor
    distances: Tensor
    right: Tensor
    fold: Tensor


class Rows(NamedTuple):
    """What the rows say.

    scores: emissions (N, 2 * REACH + 1, labels). modes, acts, flags: logits (N, modes), (N, acts), (N, flags). meanings (N, MEANING_WIDTH), of any length.
    """

    scores: Tensor
    modes: Tensor
    acts: Tensor
    flags: Tensor
    meanings: Tensor


class Said(NamedTuple):
    """Everything that the heads say of a batch.

    words: their states (B, W, hidden). anchors (B, W, 2), quoted, names (B, W, classes): logits. rows: None where there are none.
    """

    words: Tensor
    anchors: Tensor
    quoted: Tensor
    names: Tensor
    rows: Rows | None


class RowLayer(nn.Module):
    """A pre-norm transformer layer written out, so that it exports to plain operators."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        # Plain numbers: shapes taken from a tensor would leave the exported graph unable to reshape zero rows.
        self.heads, self.width = heads, width
        self.norm_in = nn.LayerNorm(width)
        self.mix = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_mid = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """x (N, K, width), bias (N, 1, 1, K) added to the attention scores."""
        n, k = x.shape[:2]
        size = self.width // self.heads
        q, key, value = self.mix(self.norm_in(x)).view(n, k, 3, self.heads, size).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ key.transpose(2, 3) * size**-0.5 + bias
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(n, k, self.width)
        x = x + self.dropout(self.out(mixed))
        return x + self.dropout(self.down(nn.functional.gelu(self.up(self.norm_mid(x)))))


class Tagger(nn.Module):
    """See the module header."""

    def __init__(self, base: str, dropout: float = 0.1, row_dropout: float = 0.15, row_width: int = ROW_WIDTH) -> None:
        super().__init__()
        # Attention dropout costs a third of the time on a CPU and brought nothing.
        self.encoder = AutoModel.from_pretrained(
            base, add_pooling_layer=False, attn_implementation="eager", attention_probs_dropout_prob=0.0, hidden_dropout_prob=dropout
        )
        hidden: int = self.encoder.config.hidden_size
        self.case = nn.Embedding(len(CASES), hidden)
        self.gap = nn.Embedding(len(BREAKS), hidden)
        self.quote = nn.Embedding(len(QUOTES), hidden)
        for table in (self.case, self.gap, self.quote):
            nn.init.zeros_(table.weight)
        self.anchor = nn.Sequential(nn.Linear(hidden, 192), nn.GELU(), nn.Dropout(row_dropout), nn.Linear(192, 2))
        self.near = nn.Linear(hidden, row_width)
        self.shift = nn.Linear(hidden, row_width)
        self.scale = nn.Linear(hidden, row_width)
        self.distance = nn.Embedding(2 * REACH + 1, row_width)
        nn.init.normal_(self.distance.weight, std=0.1)
        self.others = nn.Linear(2, row_width)
        self.restored = nn.Sequential(nn.Linear(hidden, 96), nn.GELU(), nn.Linear(96, len(QUOTED)))
        self.marks = nn.Linear(len(QUOTED), row_width)
        nn.init.zeros_(self.marks.weight)
        nn.init.zeros_(self.marks.bias)
        self.names = nn.Sequential(nn.Linear(hidden, 192), nn.GELU(), nn.Dropout(row_dropout), nn.Linear(192, len(NAMES)))
        self.anaphor = nn.Linear(hidden, REFERENCE_WIDTH)
        self.antecedent = nn.Linear(hidden, REFERENCE_WIDTH)
        # One vector for each distance, the last one for "nothing before it".
        self.apart = nn.Parameter(torch.zeros(len(DISTANCES) + 1, REFERENCE_WIDTH))
        self.norm = nn.LayerNorm(row_width)
        self.local = nn.Conv1d(row_width, row_width, 3, padding=1)
        self.rows = nn.ModuleList(RowLayer(row_width, ROW_HEADS, row_dropout) for _ in range(ROW_LAYERS))
        self.row_norm = nn.LayerNorm(row_width)
        self.emit = nn.Linear(row_width, len(LABELS))
        self.mode = nn.Linear(2 * row_width, len(MODES))
        self.meaning = nn.Linear(hidden, MEANING_WIDTH)
        # A row's states of content and cue, the encoder's of content, cue and source.
        self.doing = nn.Sequential(nn.Dropout(ACT_DROPOUT / 2), nn.Linear(2 * row_width + 3 * hidden, 256), nn.GELU(), nn.Dropout(ACT_DROPOUT))
        self.act = nn.Linear(256, len(ACTS))
        self.flags = nn.Linear(256, len(FLAGS))
        self.transitions = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.dropout = nn.Dropout(row_dropout)
        self.register_buffer("banned", torch.from_numpy(illegal()).float() * BANNED, persistent=False)

    def words(self, ids: Tensor, attention: Tensor | None, layout: Tensor, first: Tensor) -> Tensor:
        """Encoder states of the words' first pieces, (B, W, hidden)."""
        embedded = self.encoder.embeddings.word_embeddings(ids)
        embedded = embedded + self.case(layout[..., 0]) + self.gap(layout[..., 1]) + self.quote(layout[..., 2])
        states = self.encoder(inputs_embeds=embedded, attention_mask=attention).last_hidden_state
        return states.gather(1, first.unsqueeze(-1).expand(-1, -1, states.shape[-1]))

    def row_scores(self, words: Tensor, first: Tensor, anchor_logits: Tensor, quoted: Tensor, row_at: Tensor) -> Rows:
        """The rows at `row_at` (N, 2)."""
        window, anchor = row_at[:, 0], row_at[:, 1]
        place = anchor.unsqueeze(1) + torch.arange(-REACH, REACH + 1, device=words.device)
        inside = (place >= 0) & (place < words.shape[1])
        place = place.clamp(0, words.shape[1] - 1)
        pair = window.unsqueeze(1).expand_as(place)
        inside = inside & (first[pair, place] > 0)
        center = words[window, anchor]
        near = self.near(words)[pair, place]
        hints = self.others(anchor_logits.detach().float().sigmoid()) + self.marks(quoted.detach().float().softmax(-1))
        others = hints[pair, place]
        x = near * (1 + self.scale(center)).unsqueeze(1) + self.shift(center).unsqueeze(1) + self.distance.weight + others
        x = self.dropout(self.norm(x))
        x = x + nn.functional.gelu(self.local(x.transpose(1, 2)).transpose(1, 2))
        bias = ((~inside).float() * BANNED)[:, None, None, :]
        for layer in self.rows:
            x = layer(x, bias)
        x = self.row_norm(x)
        scores = self.emit(x).float()
        shares = scores.softmax(-1) * inside.unsqueeze(-1).float()
        weights = torch.stack([shares[..., begins(role) : begins(role) + 2].sum(-1) for role in ("content", "source")], 1)
        weights = weights / (weights.sum(2, keepdim=True) + 1e-3)  # (N, 2, K)
        pooled, own = (weights[:, :1] @ x).squeeze(1), x[:, REACH]
        said, source = (weights @ words[pair, place]).unbind(1)
        doing = self.doing(torch.cat([pooled, own, said, center, source], -1))
        # Words beyond the text are outside of every span.
        beyond = torch.full_like(scores, BANNED)
        beyond[..., 0] = 0.0
        return Rows(
            scores=torch.where(inside.unsqueeze(-1), scores, beyond),
            modes=self.mode(torch.cat([pooled, own], -1)),
            acts=self.act(doing),
            flags=self.flags(doing),
            meanings=self.meaning(said),
        )

    def log_likelihood(self, scores: Tensor, labels: Tensor) -> Tensor:
        """CRF log-likelihood of `labels` (N, K) under emissions (N, K, labels); shape (N,)."""
        transitions = self.transitions.float() + self.banned
        start = self.banned[0]
        gold = scores.gather(2, labels.unsqueeze(-1)).squeeze(-1).sum(1) + start[labels[:, 0]]
        gold = gold + transitions[labels[:, :-1], labels[:, 1:]].sum(1)
        return gold - self.log_partition(scores)

    def log_partition(self, scores: Tensor) -> Tensor:
        """Log of the summed weight of all legal labellings, shape (N,).

        A loop over the words on a CPU; on a GPU, where many small steps cost more than a few large ones, a tree of products (Särkkä and García-Fernández 2021).
        """
        transitions = self.transitions.float() + self.banned
        alpha = self.banned[0] + scores[:, 0]
        if scores.is_cuda:
            return self.tree(alpha, scores, transitions)
        for k in range(1, scores.shape[1]):
            alpha = torch.logsumexp(alpha.unsqueeze(2) + transitions, 1) + scores[:, k]
        return torch.logsumexp(alpha, 1)

    @staticmethod
    def tree(alpha: Tensor, scores: Tensor, transitions: Tensor) -> Tensor:
        """The same sum from the first word's `alpha` (N, labels), neighbouring steps multiplied in pairs."""
        steps = transitions + scores[:, 1:].unsqueeze(2)  # (N, K, from, to)
        while steps.shape[1] > 1:
            odd = steps[:, -1:] if steps.shape[1] % 2 else steps[:, :0]
            even = steps[:, : steps.shape[1] // 2 * 2]
            steps = torch.cat([torch.logsumexp(even[:, ::2].unsqueeze(4) + even[:, 1::2].unsqueeze(2), 3), odd], 1)
        return torch.logsumexp(alpha.unsqueeze(2) + steps[:, 0], (1, 2))

    def say(self, batch: Batch) -> Said:
        """Everything that the heads say of a batch, rows at the gold anchors."""
        said = self.read(batch)
        return said._replace(rows=self.rows_at(said, batch, batch.row_at))

    def read(self, batch: Batch) -> Said:
        """What the heads say of a batch's words, without rows."""
        words = self.words(batch.ids, batch.attention, batch.layout, batch.first)
        anchors = self.anchor(self.dropout(words)).float()
        quoted, names = self.restored(words).float(), self.names(self.dropout(words)).float()
        return Said(words, anchors, quoted, names, None)

    def rows_at(self, said: Said, batch: Batch, row_at: Tensor) -> Rows | None:
        """The rows at `row_at` (N, 2); None where N is 0."""
        return self.row_scores(said.words, batch.first, said.anchors, said.quoted, row_at) if len(row_at) else None

    def loss(self, batch: Batch) -> dict[str, Tensor]:
        """Losses by name, each per statement."""
        return self.losses(self.say(batch), batch)

    def losses(self, said: Said, batch: Batch) -> dict[str, Tensor]:
        """Losses against gold by name, each per statement."""
        each = nn.functional.binary_cross_entropy_with_logits(said.anchors, batch.anchors, reduction="none") * batch.anchor_mask
        losses = {
            "anchor": each.sum() / max(len(batch.row_at), 1),
            "quoted": known_mean(said.quoted, batch.quoted),
            "names": known_mean(said.names, batch.names),
        }
        if len(batch.anaphors):
            losses["reference"] = self.reference_loss(said.words, batch)
        if said.rows is not None:
            rows = said.rows
            losses["row"] = -self.log_likelihood(rows.scores, batch.labels).mean()
            losses["mode"] = known_mean(rows.modes.float(), batch.modes)
            each = -(batch.acts * rows.acts.float().log_softmax(-1)).sum(-1)
            losses["act"] = each.sum() / (batch.acts.sum(-1) > 0).sum().clamp(min=1)
            known = batch.flags >= 0
            flags = nn.functional.binary_cross_entropy_with_logits(rows.flags.float(), batch.flags.clamp(min=0), reduction="none")
            losses["flags"] = (flags * known).sum() / known.sum().clamp(min=1)
            # 1 - cosine; a meaning that is unknown is a row of zeros.
            alike = nn.functional.cosine_similarity(rows.meanings.float(), batch.meanings, dim=-1)
            known = batch.meanings.abs().sum(-1) > 0
            losses["meaning"] = ((1 - alike) * known).sum() / known.sum().clamp(min=1)
        return losses

    def reference_scores(self, words: Tensor, batch: Batch) -> Tensor:
        """How well each candidate fits each anaphor, the last column for "nothing before it": logits (M, C + 1)."""
        window, word = batch.anaphors[:, 0], batch.anaphors[:, 1]
        query = self.anaphor(words[window, word]).float() * REFERENCE_WIDTH**-0.5
        keys = self.antecedent(words)[window.unsqueeze(1), batch.candidates.clamp(0)].float() + self.apart.float()[batch.distances]
        scores = (query.unsqueeze(1) * keys).sum(-1).masked_fill(batch.candidates < 0, BANNED)
        nothing = (query * self.apart.float()[-1]).sum(-1, keepdim=True)
        return torch.cat([scores, nothing], 1)

    def reference_loss(self, words: Tensor, batch: Batch) -> Tensor:
        """Negative log of the probability that falls on right antecedents, mean over the anaphors (mention ranking: Durrett and Klein 2013)."""
        scores = self.reference_scores(words, batch)
        return (scores.logsumexp(1) - scores.masked_fill(batch.right == 0, BANNED).logsumexp(1)).mean()


def layout_parts(codes: Tensor) -> Tensor:
    """Case, gap and quote, shape (..., 3), of layouts in one number each (words.layout_of)."""
    case = torch.div(codes, len(BREAKS) * len(QUOTES), rounding_mode="floor")
    return torch.stack([case, torch.div(codes, len(QUOTES), rounding_mode="floor") % len(BREAKS), codes % len(QUOTES)], -1)


def known_mean(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of scores (..., classes) over the labels (...) that are known; 0 where none is."""
    total = nn.functional.cross_entropy(scores.flatten(0, -2), labels.flatten(), ignore_index=-100, reduction="sum")
    return total / (labels >= 0).sum().clamp(min=1)
