// A file that is dropped on the box, or chosen, becomes its text.
"use strict";
const form = document.querySelector("#read"), text = form.elements.text, title = form.elements.title;

async function take(file) {
  if (!file) return;
  text.value = await file.text();
  title.value ||= file.name.replace(/\.\w+$/, "");
}

form.elements.file.addEventListener("change", (event) => take(event.target.files[0]));
form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  form.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});
form.elements.file.removeAttribute("name"); // only its text is sent
