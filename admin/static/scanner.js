"use strict";
// A scanner types like a keyboard: first its prefix, then what it read, then Enter. Wherever the cursor stands, that goes into
// the page's field for scans, else into the search. Without a prefix it stays ordinary typing.
(() => {
  const PREFIX = document.body.dataset.scanner;
  const PAUSE_MS = 150; // between two characters of a scanner; a person is slower
  let read = null;
  let timer = 0;

  const visible = (element) => element.getClientRects().length > 0 && !element.disabled && !element.readOnly;

  // Where the hand goes after a field: to the next one of the chain, to what else is required, or the form is sent.
  const following = (field) => {
    const chain = [...field.form.querySelectorAll("[data-scan], [data-after-scan]")].filter(visible);
    return chain.slice(chain.indexOf(field) + 1).find((other) => !other.value);
  };

  const goOn = (field) => {
    if (!field.form) return;
    const missing = () => [...field.form.elements].find((other) => other.required && !other.value && visible(other));
    const next = following(field) || missing();
    if (next) next.focus();
    else field.form.requestSubmit();
  };

  // A scanner without a prefix, or a person: Enter in a field of the chain goes on like a scan.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!field.matches?.("input[data-scan], input[data-after-scan]") || !field.form) return;
    const next = following(field);
    if (!next) return; // as everywhere: the form is sent
    event.preventDefault();
    next.focus();
  });

  // What was refused is scanned anew, not behind itself.
  // The browser may put the cursor there only later, so this does.
  const first = document.querySelector('main [aria-invalid="true"]') || document.querySelector("[autofocus]");
  if (first?.matches("input[data-scan]") && first.value) {
    first.focus();
    first.select();
  }

  if (!PREFIX) return;

  const fields = () => [...document.querySelectorAll("[data-scan]")].filter(visible);

  const target = () => {
    const all = fields();
    if (all.includes(document.activeElement)) return document.activeElement;
    return all.find((field) => field.tagName === "TEXTAREA" || !field.value) || all[0];
  };

  const addLine = (field, text) => {
    const before = field.value && !field.value.endsWith("\n") ? `${field.value}\n` : field.value;
    field.value = `${before}${text}\n`;
    field.scrollTop = field.scrollHeight;
  };

  const put = (text) => {
    const field = target();
    if (!field) {
      const search = document.getElementById("omni");
      if (search) { search.value = text; search.form.requestSubmit(); }
      return;
    }
    field.focus();
    if (field.tagName === "TEXTAREA") addLine(field, text);
    else field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field.tagName === "TEXTAREA") return;
    goOn(field);
  };

  // Not a scanner after all: what was held back is typed.
  const giveBack = () => {
    const text = PREFIX + read;
    read = null;
    const field = document.activeElement;
    if (field && "setRangeText" in field && field.selectionStart !== null) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(giveBack, PAUSE_MS);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (read === null) {
      if (event.key !== PREFIX || document.querySelector("dialog[open]")) return;
      read = "";
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      const text = read;
      read = null;
      if (text) put(text);
    } else if (event.key.length === 1) {
      read += event.key;
    } else if (event.key !== "Shift") {
      clearTimeout(timer);
      giveBack();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (read !== null) wait();
  }, true);

  // How many lines were scanned, beside the field.
  document.querySelectorAll("textarea[data-scan]").forEach((field) => {
    const shown = document.querySelector(`[data-lines-of="${field.id}"]`);
    if (!shown) return;
    const count = () => { shown.textContent = String(field.value.split("\n").filter((line) => line.trim()).length); };
    field.addEventListener("input", count);
    count();
  });
})();
