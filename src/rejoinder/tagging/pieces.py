"""Stage: tag. Words -> word pieces, with a memory for the words already seen.

News repeats its words, so looking a word up costs a fraction of cutting it again.
"""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer

from rejoinder.tagging.windows import WORD_PIECES
from rejoinder.tagging.words import Words

REMEMBERED = 100_000  # words; about 20 MB


class Pieces:
    """Piece ids of words, by the packaged tokenizer."""

    def __init__(self, tokenizer_file: Path) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[str, list[int]] = {}
        self.start = _id(self._tokenizer, "[CLS]")
        self.end = _id(self._tokenizer, "[SEP]")
        self.unknown = _id(self._tokenizer, "[UNK]")
        self.mask = _id(self._tokenizer, "[MASK]")

    def __call__(self, words: list[str]) -> list[list[int]]:
        """Ids of each word, one to WORD_PIECES of them."""
        known = self._known
        new = list({word for word in words if word not in known})
        if len(known) + len(new) > REMEMBERED:
            # Another thread may be reading from the old one.
            known = self._known = {}
            new = list(set(words))
        for word, encoding in zip(new, self._tokenizer.encode_batch(new, add_special_tokens=False), strict=True):
            # Characters that the tokenizer throws away (NUL, control characters) still need a place to stand.
            known[word] = encoding.ids[:WORD_PIECES] or [self.unknown]
        return [known[word] for word in words]

    def of(self, words: Words) -> list[list[int]]:
        """Ids of each word of a text."""
        return self([words.text[a:b] for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True)])


def _id(tokenizer: Tokenizer, piece: str) -> int:
    number = tokenizer.token_to_id(piece)
    if number is None:
        raise ValueError(f"tokenizer has no {piece}: it is not a BERT tokenizer")
    return number
