"""Trains the tagger: stories -> weights (the command is training/reproduce.py).

A checkpoint is written after every epoch and a stopped run goes on from it. Runs on a GPU where torch finds one; on two CPU cores with native
bfloat16 an epoch over PolNeAR takes five to eight minutes.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.progress import Progress
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from rejoinder.tagging.pieces import Pieces
from training.examples import Example, batches, gold_story, mask, windows
from training.meaning import with_meanings
from training.model import Batch, Tagger
from training.polnear import rows
from training.references import gap, gum
from training.stories import GoldStory

Lesson = Callable[[Tagger, Batch], dict[str, torch.Tensor]]
ANNOTATION = Path(__file__).parent / "annotation"
WEIGHTS = {"anchor": 2.0, "row": 1.0, "mode": 0.5, "act": 2.0, "flags": 0.5, "meaning": 1.0, "quoted": 1.0, "names": 2.0, "reference": 0.5}


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides a run. Rates are peaks: a tenth of the steps warms up, then they fall to zero in a straight line."""

    epochs: int = 8
    batch: int = 8
    encoder_rate: float = 2e-4
    head_rate: float = 8e-4
    degraded: float = 0.4  # share of dumps among the variants in the first half of the epochs ...
    degraded_late: float = 0.6  # ... and in the second: the hard condition needs more practice once the task is learnt
    others: float = 0.5  # share of the stories without statements (GUM, GAP) in an epoch
    masked: float = 0.0  # share of words hidden
    part: float = 1.0  # share of the stories drawn in an epoch
    short: float = 0.0  # share of the stories cut into texts of a sentence or a few
    average: float = 0.998  # decay of the moving average of the weights, which is what ships
    stop: int = 0  # epochs after which to stop, if not after the last: a high rate for a while, to start another run from
    seed: int = 1


def load_stories(corpora: Path, base: str, annotation: Path = ANNOTATION) -> list[GoldStory]:
    """PolNeAR's training stories with our stand-off annotation where there is one, then GUM's and GAP's for names and references."""
    nested: dict[str, Any] = {row["id"]: row for row in rows(annotation / "nested-train.jsonl")}
    acts: dict[str, Any] = {row["id"]: row for row in rows(annotation / "acts-train.jsonl")}
    polnear = [gold_story(story, nested.get(story["id"]), acts.get(story["id"])) for story in rows(corpora / "polnear" / "train.jsonl.gz")]
    return [*with_meanings(polnear, base), *gum(corpora / "gum" / "train.conllu.gz"), *gap(corpora / "gap" / "gap-development.tsv.gz")]


def optimizer(model: Tagger, settings: Settings, steps: int) -> tuple[AdamW, LambdaLR]:
    """AdamW with two rates; no decay on biases, norms and embeddings of a few rows."""
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        key = (name.startswith("encoder."), parameter.ndim >= 2 and "embedding" not in name)
        groups.setdefault(key, []).append(parameter)
    adam = AdamW(
        [
            {"params": p, "lr": settings.encoder_rate if encoder else settings.head_rate, "weight_decay": 0.01 if decay else 0.0}
            for (encoder, decay), p in groups.items()
        ],
        fused=True,
    )
    warm = max(1, steps // 10)
    return adam, LambdaLR(adam, lambda k: min((k + 1) / warm, max(0.0, (steps - k) / max(1, steps - warm))))


def epoch_examples(stories: list[GoldStory], pieces: Pieces, settings: Settings, epoch: int, rng: random.Random) -> list[Example]:
    """Every story once in a fresh variant; epochs count from 0."""
    degraded = settings.degraded if 2 * epoch <= settings.epochs else settings.degraded_late
    # Stories without statements teach the smaller heads; half of them an epoch do.
    drawn = [story for story in stories if rng.random() < settings.part and (story.known or rng.random() < settings.others)]
    shares = [degraded if story.degraded is None else story.degraded for story in drawn]
    examples = [e for story, share in zip(drawn, shares, strict=True) for e in windows(story, pieces, rng, share, short=rng.random() < settings.short)]
    for example in examples:
        mask(example, settings.masked, pieces.mask, rng)
    return examples


def _native_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16; where it does not, bfloat16 is slower than float32."""
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def to_device(batch: Batch, device: torch.device) -> Batch:
    """The same batch on another device."""
    return Batch(**{name: tensor.to(device) for name, tensor in vars(batch).items()})


def train(model: Tagger, stories: list[GoldStory], pieces: Pieces, settings: Settings, out: Path, lesson: Lesson = Tagger.loss) -> Tagger:
    """Trains `model` in place and returns its moving average; goes on from `out`/last.pt where that stands.

    lesson: the losses of a batch by name (distil.Lesson where teachers have a say).
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    out.mkdir(exist_ok=True)
    model.to(device)
    torch.manual_seed(settings.seed)
    counted = len(epoch_examples(stories, pieces, settings, 0, random.Random(settings.seed)))
    steps = settings.epochs * (counted // settings.batch + 1)
    adam, schedule = optimizer(model, settings, steps)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.average))
    start = 0
    last = out / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        averaged.load_state_dict(state["averaged"])
        adam.load_state_dict(state["adam"])
        schedule.load_state_dict(state["schedule"])
        start = state["epoch"]
    for epoch in range(start, settings.stop or settings.epochs):
        rng = random.Random(1000 * settings.seed + epoch)  # a run that goes on draws what an undisturbed one would
        examples = epoch_examples(stories, pieces, settings, epoch, rng)
        began = time.monotonic()
        sums: dict[str, float] = {}
        count = 0
        model.train()
        with Progress() as progress:
            task = progress.add_task(f"epoch {epoch + 1}/{settings.epochs}", total=len(examples) // settings.batch + 1)
            for batch in batches(examples, settings.batch, rng, pieces):
                with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda" or _native_bfloat16()):
                    losses = lesson(model, to_device(batch, device))
                loss = torch.stack([WEIGHTS[name] * value for name, value in losses.items()]).sum()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
                adam.step()
                schedule.step()
                adam.zero_grad()
                averaged.update_parameters(model)
                count += 1
                for name, value in losses.items():
                    sums[name] = sums.get(name, 0.0) + value.item()
                progress.update(task, advance=1)
        line = {"epoch": epoch + 1, "seconds": round(time.monotonic() - began), **{k: round(v / count, 4) for k, v in sums.items()}}
        print(json.dumps(line), flush=True)
        with (out / "log.jsonl").open("a", encoding="utf8") as log:
            log.write(json.dumps(line) + "\n")
        torch.save(averaged.module.state_dict(), out / "averaged.pt")
        state = {"model": model.state_dict(), "averaged": averaged.state_dict(), "adam": adam.state_dict(), "schedule": schedule.state_dict()}
        torch.save({**state, "epoch": epoch + 1}, out / "next.pt")
        (out / "next.pt").replace(last)
    return averaged.module
