"use strict";
// Keys, the menu on small screens, printing. Every page also works without this file.
(() => {
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("tr[data-href]")];
  let current = -1;

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    all[current]?.classList.remove("cursor");
    current = Math.max(0, Math.min(all.length - 1, current + step));
    all[current].classList.add("cursor");
    all[current].scrollIntoView({ block: "nearest" });
  };

  const keys = {
    "/": () => document.getElementById("omni")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => move(1),
    k: () => move(-1),
    Enter: () => { const row = rows()[current]; if (row) location.href = row.dataset.href; },
    "[": () => document.querySelector("[data-previous-paper]")?.click(),
    "]": () => document.querySelector("[data-next-paper]")?.click(),
  };

  // On a telephone the rows of such a table become small lists: each cell says by itself what it is.
  const stack = () => document.querySelectorAll("table.stack").forEach((table) => {
    const titles = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    for (const cell of table.querySelectorAll("tbody td:not([colspan])")) {
      cell.dataset.title = titles[cell.cellIndex] ?? "";
      cell.classList.toggle("blank", !cell.textContent.trim() && !cell.querySelector("input, button"));
    }
    table.classList.add("stacked");
  });
  stack();
  document.addEventListener("portal:changed", stack);

  // A form is sent once: the second click of a double click would throw away the answer to the first, and with it sheets that
  // exist only there. Whoever presses again after that time means it.
  const SENT_MS = 10000, BESIDE_MS = 2000;
  let sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.dataset.swap !== undefined) return;
    if (performance.now() < (sent.get(form) ?? 0)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const isBeside = event.submitter?.formTarget || form.target;
    sent.set(form, performance.now() + (isBeside ? BESIDE_MS : SENT_MS));
  });
  window.addEventListener("pageshow", () => { sent = new WeakMap(); }); // back again: the form is ready

  // What opens in a window of its own leaves this one behind: once it is there, or was closed again, the work goes on elsewhere.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    const sheets = button?.dataset.afterwards && window.open("", "sheets");
    if (!sheets) return;
    button.formTarget = "sheets";
    sent.set(event.target, Infinity);
    const before = sheets.document; // of an attempt that was refused, too
    const look = () => {
      if (sheets.closed) location.assign(button.dataset.afterwards);
      else if (sheets.document === before || sheets.location.href === "about:blank") setTimeout(look, 500);
      else if (sheets.document.contentType === "application/pdf") location.assign(button.dataset.afterwards);
      else sent.delete(event.target); // it says what is wrong
    };
    setTimeout(look, 500);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (/^[1-9]$/.test(event.key)) {
      const button = document.querySelector(`[data-check="${event.key}"] .ok`);
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    const action = keys[event.key];
    if (!action || (event.key === "Enter" && (current < 0 || event.target.closest("a, button")))) return;
    event.preventDefault();
    action();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest(".keys")) document.getElementById("keys").showModal();
    if (event.target.closest("[data-print]")) window.print();
    const drawer = event.target.closest(".drawer");
    if (drawer) {
      const open = document.getElementById("menu").classList.toggle("open");
      drawer.setAttribute("aria-expanded", String(open));
    }
  });

  // The hand goes on at the first field that was refused; of a group at its first box.
  const wrong = document.querySelector('main [aria-invalid="true"]');
  (wrong?.matches("input, select, textarea") ? wrong : wrong?.querySelector("input"))?.focus();

  // On a telephone the tabs are wider than the screen: the chosen one is seen.
  document.querySelectorAll(".tabs [aria-current]").forEach((tab) => {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  });
})();
