"""What a content means, as the base model's sentence embedding says it: the targets of the tagger's `meaning` head.

The base is a sentence encoder (all-MiniLM-L6-v2: mean of the last states, length 1), so that what it puts close together is close in
meaning. Its 384 numbers are projected onto the MEANING_WIDTH directions in which the contents of the training stories differ most
(singular vectors, not centred, so that cosines stay), and the tagger learns to say the same of a content from its own pass over the
story: no second pass when it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from rejoinder.tagging.labels import MEANING_WIDTH
from training.stories import Gold, GoldStory

BATCH = 64
LONGEST = 128  # pieces


def embed(contents: Sequence[str], base: str) -> NDArray[np.float32]:
    """Sentence embeddings of the base, shape (len(contents), hidden), length 1."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer, model = AutoTokenizer.from_pretrained(base), AutoModel.from_pretrained(base).to(device).eval()
    order = sorted(range(len(contents)), key=lambda k: len(contents[k]))
    out = np.zeros((len(contents), model.config.hidden_size), np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            batch = tokenizer([contents[k] for k in chosen], padding=True, truncation=True, max_length=LONGEST, return_tensors="pt").to(device)
            states = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state.float()
            real = batch["attention_mask"].unsqueeze(-1).float()
            mean = (states * real).sum(1) / real.sum(1)
            out[chosen] = torch.nn.functional.normalize(mean, dim=-1).cpu().numpy()
    return out


def directions(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """The projection onto the leading singular vectors, shape (hidden, MEANING_WIDTH)."""
    _, vectors = np.linalg.eigh(embeddings.T.astype(np.float64) @ embeddings)
    return np.ascontiguousarray(vectors[:, ::-1][:, :MEANING_WIDTH], np.float32)


def content(story: GoldStory, gold: Gold) -> str:
    """The words said."""
    return " ".join(" ".join(story.text[a:b].split()) for a, b in gold.spans.get("content", []))


def with_meanings(stories: Sequence[GoldStory], base: str) -> list[GoldStory]:
    """The stories with the meaning of every statement that has a content."""
    contents = [content(story, gold) for story in stories for gold in story.statements]
    embeddings = embed(contents, base)
    meanings = embeddings @ directions(embeddings)
    meanings /= np.linalg.norm(meanings, axis=1, keepdims=True)
    known = zip(contents, meanings, strict=True)
    out: list[GoldStory] = []
    for story in stories:
        here = [next(known) for _ in story.statements]
        out.append(replace(story, statements=[replace(gold, meaning=m if words else None) for gold, (words, m) in zip(story.statements, here, strict=True)]))
    return out
