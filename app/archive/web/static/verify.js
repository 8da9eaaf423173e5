// The digest is computed here. The file is never sent: the form goes out with the digest alone.
(() => {
  const form = document.querySelector("#verify-form");
  const drop = document.querySelector("#verify-drop");
  const input = document.querySelector("#verify-file");
  const typed = document.querySelector("#verify-sha256");
  const status = document.querySelector("#verify-status");
  if (!form || !window.crypto || !window.crypto.subtle) return; // without WebCrypto the form uploads, as without scripts

  const hashed = async (file) => {
    status.textContent = status.dataset.busy;
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const ask = async (file) => {
    if (!file) return;
    const digest = await hashed(file);
    const url = new URL(form.dataset.url, location.href);
    url.searchParams.set("sha256", digest);
    location.assign(url);
  };
  document.querySelector("#verify-note-upload").hidden = true;
  document.querySelector("#verify-note-local").hidden = false;
  input.removeAttribute("name");
  input.addEventListener("change", () => ask(input.files[0]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (input.files[0]) ask(input.files[0]);
    else if (typed.value.trim()) {
      const url = new URL(form.dataset.url, location.href);
      url.searchParams.set("sha256", typed.value.trim());
      location.assign(url);
    }
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    ask(event.dataTransfer.files[0]);
  });
})();
