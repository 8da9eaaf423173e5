"use strict";
// The fee beside each envelope as soon as its weight is typed, the sum below, and whether a number was scanned or typed.
(() => {
  const table = document.querySelector("[data-fees]");
  if (!table) return;
  const fees = JSON.parse(table.dataset.fees);
  const yen = new Intl.NumberFormat("ja-JP");

  const feeOf = (row) => {
    const grams = Number(row.querySelector("[data-grams]").value);
    const steps = fees[row.dataset.posting]?.[row.querySelector("[data-shape]").value] || [];
    if (!Number.isInteger(grams) || grams < 1) return null;
    const step = steps.find(([most]) => grams <= most);
    return step ? step[1] : NaN;
  };

  const show = () => {
    let sum = 0, count = 0;
    for (const row of table.querySelectorAll("[data-posting]")) {
      const fee = feeOf(row);
      const cell = row.querySelector("[data-fee]");
      cell.textContent = fee === null ? "—" : Number.isNaN(fee) ? table.dataset.tooHeavy : `${yen.format(fee)}${table.dataset.yen}`;
      if (fee) { sum += fee; count += 1; }
    }
    const total = document.querySelector("[data-sum]");
    if (total) total.textContent = `${count} / ${yen.format(sum)}${table.dataset.yen}`;
  };

  for (const input of table.querySelectorAll("[data-number]")) {
    const row = input.closest("[data-posting]");
    const flag = table.querySelector(":scope > [data-scanned]") || row.querySelector("[data-scanned]");
    const again = row.querySelector("[data-again]");
    // A key that a person presses makes it typed; scanner.js sets the value without keys.
    const judge = (event) => {
      flag.value = event.isTrusted ? "" : "1";
      again.hidden = !input.value || flag.value === "1";
    };
    input.addEventListener("input", judge);
    again.hidden = !again.querySelector("input").value && (!input.value || flag.value === "1");
  }
  table.addEventListener("input", show);
  table.addEventListener("change", show);
  show();
})();
