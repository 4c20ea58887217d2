// Results as one types, with every state in the address.
"use strict";
const search = document.querySelector("#search"), found = document.querySelector("#found");
let waiting, latest = 0;

function query() {
  const asked = new URLSearchParams(new FormData(search));
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  return asked;
}

async function show() {
  if (!search.checkValidity()) return;
  const asked = query(), number = ++latest;
  history.replaceState(null, "", `?${asked}`);
  asked.set("part", "true");
  const answer = await fetch(`/search?${asked}`);
  const page = await answer.text();
  if (number === latest && answer.ok) found.innerHTML = page; // escaped by the server
}

search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 250); });
