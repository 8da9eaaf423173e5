"use strict";
// Progress of a list: the page looks again every few seconds, without keeping the session alive. It also works without this.
(() => {
  const again = async () => {
    const answer = await fetch(location.href, { headers: { "X-Background": "1" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("standing");
    const standing = document.getElementById("standing");
    if (!fresh || !standing) return;
    standing.replaceChildren(...fresh.childNodes);
    if (fresh.dataset.refresh) setTimeout(again, 1000 * fresh.dataset.refresh); else location.reload();
  };
  const first = document.querySelector("[data-refresh]");
  if (first) setTimeout(again, 1000 * first.dataset.refresh);
})();
