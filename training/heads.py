"""Teaches the heads for acts, flags and meaning on a model whose other weights stay as they are.

    python -m training.heads --corpora ../shared/corpora --base BASE --weights averaged.pt --out heads.pt

The encoder and the rows are run once over every judged story, clean and as a dump; the heads then learn from the kept states in a
minute. What the model says of statements, names and references does not change.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from rejoinder.tagging.pieces import Pieces
from training import act_words
from training.examples import collate, windows
from training.export import save_tokenizer
from training.model import Tagger
from training.recover import load
from training.stories import GoldStory
from training.train import load_stories
from training.variants import clean, dump

NEW = ("doing.", "act.", "flags.", "meaning.")
BATCH = 8  # windows
EPOCHS = 14
RATE = 2e-3
SMOOTHING = 0.05


@dataclass(frozen=True, slots=True)
class States:
    """Of n judged statements, in both conditions: the inputs of `model.doing` and `model.meaning`, and the labels of model.Batch."""

    doing: Tensor
    said: Tensor
    acts: Tensor
    flags: Tensor
    meanings: Tensor


def states(model: Tagger, stories: list[GoldStory], pieces: Pieces) -> States:
    """Runs the model over every story, clean and as a dump."""
    kept: list[tuple[Tensor, ...]] = []
    seen: dict[str, Tensor] = {}
    hooks = [getattr(model, name).register_forward_pre_hook(lambda _, x, name=name: seen.update({name: x[0]})) for name in ("doing", "meaning")]
    for shape in (clean, dump):
        examples = [e for story in stories for e in windows(story, pieces, None, variant=shape(story.text))]
        examples = sorted((e for e in examples if any(act.any() for act in e.acts)), key=lambda e: len(e.ids))
        for start in range(0, len(examples), BATCH):
            batch = collate(examples[start : start + BATCH], pieces)
            with torch.no_grad():
                model.say(batch)
            known = batch.acts.sum(-1) > 0
            kept.append((seen["doing"][known].half(), seen["meaning"][known].half(), batch.acts[known].argmax(-1), batch.flags[known], batch.meanings[known]))
    for hook in hooks:
        hook.remove()
    return States(*(torch.cat(column) for column in zip(*kept, strict=True)))


def teach(model: Tagger, known: States, seed: int = 1) -> None:
    """Fits the new heads in place."""
    doing, said, acts, flags, meanings = known.doing, known.said, known.acts, known.flags, known.meanings
    torch.manual_seed(seed)
    heads = nn.ModuleList([model.doing, model.act, model.flags, model.meaning]).train()
    middle, spread = doing.float().mean(0), doing.float().std(0) + 1e-3
    adam = torch.optim.AdamW(heads.parameters(), lr=RATE, weight_decay=0.05)
    weight = act_words.balanced(acts)
    steps = EPOCHS * (len(acts) // 128)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, RATE, total_steps=steps + 1)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(acts))[: len(acts) // 128 * 128].split(128):
            inner = model.doing((doing[chosen].float() - middle) / spread)
            loss = nn.functional.cross_entropy(model.act(inner), acts[chosen], weight, label_smoothing=SMOOTHING)
            loss = loss + nn.functional.binary_cross_entropy_with_logits(model.flags(inner), flags[chosen])
            meant = meanings[chosen].abs().sum(-1) > 0
            alike = nn.functional.cosine_similarity(model.meaning(said[chosen].float()), meanings[chosen].float(), dim=-1)
            loss = loss + ((1 - alike) * meant).sum() / meant.sum().clamp(min=1)
            adam.zero_grad()
            loss.backward()
            adam.step()
            schedule.step()
    with torch.no_grad():  # the states come as they are at run time
        first: nn.Linear = model.doing[1]  # type: ignore[assignment]
        first.weight /= spread
        first.bias -= first.weight @ middle


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--base", required=True)
    parser.add_argument("--weights", type=Path, required=True, help="averaged.pt, or a packaged model.onnx")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    random.seed(1)
    model = Tagger(args.base)
    if args.weights.suffix == ".onnx":
        load(model, args.weights)
    else:
        missing = model.load_state_dict(torch.load(args.weights, weights_only=True, map_location="cpu"), strict=False).missing_keys
        if wrong := [name for name in missing if not name.startswith(NEW)]:
            parser.error(f"{args.weights}: lacks {', '.join(wrong)}; give weights of this version's model.")
    tokenizer = args.out.with_suffix(".json")
    save_tokenizer(args.base, tokenizer)
    stories = [story for story in load_stories(args.corpora, args.base) if story.known]
    known = states(model.eval(), stories, Pieces(tokenizer))
    teach(model, known)
    torch.save(model.state_dict(), args.out)


if __name__ == "__main__":
    main()
