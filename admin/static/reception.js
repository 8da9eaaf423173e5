"use strict";
// One more row for an applicant, without asking the server. Without this file the button asks it.
(() => {
  const button = document.querySelector("[data-add-row]");
  const body = document.querySelector("#applicants tbody");
  if (!button || !body) return;
  const MOST = 60;

  const next = (text, from, to) => text.replace(`applicants-${from}-`, `applicants-${to}-`);

  button.addEventListener("click", (event) => {
    event.preventDefault();
    const count = body.rows.length;
    if (count >= MOST) return;
    const row = body.rows[count - 1].cloneNode(true);
    row.cells[0].textContent = String(count + 1);
    row.querySelectorAll(".error").forEach((error) => error.remove());
    row.querySelectorAll("input").forEach((input) => {
      input.name = next(input.name, count - 1, count);
      input.id = next(input.id, count - 1, count);
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, String(count + 1)));
      if (input.type === "checkbox") input.checked = true;
      else input.value = "";
    });
    body.append(row);
    row.querySelector("input").focus();
    if (count + 1 >= MOST) button.disabled = true;
  });
})();
