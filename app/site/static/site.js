// A form is sent once: a second click while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-busy", "true");
});

// Coming back with the browser's button finds the form ready again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// <button type="button" data-copy="#id"> copies the text of an element, and says beside the button that it did. Where a page
// may not write to the clipboard, the text is selected for the keys to copy it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  let words = document.body.dataset.copied;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    getSelection().selectAllChildren(source);
    words = document.body.dataset.copyByHand;
  }
  let said = button.parentElement.querySelector("[role=status]");
  if (!said) {
    said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "soft small";
    button.after(said);
  }
  said.textContent = "";  // said again if it is pressed again
  setTimeout(() => { said.textContent = words; }, 50);
});

// The hand goes on at the first field that was refused.
document.querySelector('main [aria-invalid="true"]')?.focus();
