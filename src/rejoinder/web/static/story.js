// Lights what belongs together: a card and its words, either way; draws the thread between a card and the one that it answers.
"use strict";
const story = document.querySelector(".story");
const pieces = [...story.querySelectorAll(".text [data-s]")];
const cards = new Map([...story.querySelectorAll(".card")].map((card) => [card.dataset.s, card]));

function light(ids) {
  for (const piece of pieces) piece.classList.toggle("lit", piece.dataset.s.split(" ").some((id) => ids.has(id)));
  for (const [id, card] of cards) card.classList.toggle("lit", ids.has(id));
}

function innermost(piece) {
  // Of several statements over one place, the one that lies deepest comes last.
  return new Set(piece ? [piece.dataset.s.split(" ").at(-1)] : []);
}

story.addEventListener("pointerover", (event) => {
  const card = event.target.closest(".card");
  light(card ? new Set([card.dataset.s]) : innermost(event.target.closest(".text [data-s]")));
});
story.addEventListener("pointerleave", () => light(new Set()));
story.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card) light(new Set([card.dataset.s]));
});
for (const piece of pieces) {
  piece.addEventListener("click", () => cards.get([...innermost(piece)][0])?.focus());
}

const SVG = "http://www.w3.org/2000/svg";
function thread(link) {
  const from = cards.get(link.dataset.from), to = cards.get(link.dataset.to);
  if (!from || !to) return;
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  const base = document.body.getBoundingClientRect(), a = from.getBoundingClientRect(), b = to.getBoundingClientRect();
  const x = Math.min(a.left, b.left) - base.left, y1 = a.top + 12 - base.top, y2 = b.top + 12 - base.top;
  const out = x - Math.min(30, 12 + Math.abs(y2 - y1) / 10);
  path.setAttribute("d", `M${a.left - base.left},${y1} C${out},${y1} ${out},${y2} ${b.left - base.left},${y2}`);
  svg.setAttribute("class", "threads");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  document.body.append(svg);
}
const clear = () => document.querySelectorAll("svg.threads").forEach((svg) => svg.remove());
for (const link of story.querySelectorAll(".thread")) {
  for (const name of ["pointerenter", "focus"]) {
    link.addEventListener(name, () => { clear(); thread(link); light(new Set([link.dataset.from, link.dataset.to])); });
  }
  for (const name of ["pointerleave", "blur"]) link.addEventListener(name, clear);
}
