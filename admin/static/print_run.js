// A run that is printing shows itself again every two seconds, without keeping the session alive.
"use strict";
(() => {
  const again = async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Background": "1" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("run");
        const old = document.getElementById("run");
        if (fresh && old) {
          old.replaceWith(fresh);
          document.dispatchEvent(new Event("portal:changed"));
          if (fresh.dataset.status !== "printing") return;
        }
      }
    } catch { /* the next turn asks again */ }
    setTimeout(again, 2000);
  };
  setTimeout(again, 2000);
})();
