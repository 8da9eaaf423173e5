"use strict";
// The case page without reloads: forms are sent in the background and the answer, the same page that works without this
// file, takes the old one's place. What was typed and not saved stays, in this window's memory alone.
(() => {
  const drafts = new Map(); // paper id → {field name: value}
  const root = () => document.getElementById("case");
  const fields = () => document.getElementById("fields");
  const controls = (form) => [...form.elements].filter((each) => /^(field-|issued_on)/.test(each.name));
  const stored = (each) => (each.tagName === "SELECT" ? [...each.options].find((one) => one.defaultSelected)?.value ?? "" : each.defaultValue);
  const say = (text, kind = "error") => {
    const note = document.createElement("p");
    note.className = `notice ${kind}`;
    note.textContent = text;
    document.getElementById("said")?.replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
  };
  const key = (each) => ["action", "code", "about"].map((name) => (name === "action" ? each.form.getAttribute("action") : each.form.elements[name]?.value ?? "")).concat(each.name).join("|");
  const loose = () => [...document.querySelectorAll("#case form[data-swap]:not(#fields) input:not([type=hidden])")];
  let waiting = 0;

  // ---- what was typed -------------------------------------------------------------------------------------------
  const remember = () => {
    const form = fields();
    if (!form) return;
    const all = controls(form);
    const typed = form.dataset.refused !== undefined || all.some((each) => each.value !== stored(each));
    if (typed && !all.every((each) => each.disabled)) drafts.set(form.dataset.draft, Object.fromEntries(all.map((each) => [each.name, each.value])));
    else drafts.delete(form.dataset.draft);
    mark();
  };
  const mark = () => {
    const place = document.getElementById("draft");
    if (!place) return;
    const here = fields()?.dataset.draft;
    const elsewhere = [...drafts.keys()].filter((id) => id !== here).map((id) => document.querySelector(`.papers a[data-switch="${id}"] b`)?.textContent);
    const { unsaved, unsavedElsewhere } = root().dataset;
    place.textContent = [drafts.has(here) ? unsaved : "", elsewhere.length ? unsavedElsewhere + elsewhere.join("、") : ""].filter(Boolean).join(" · ");
    for (const link of document.querySelectorAll(".papers a[data-switch]")) link.classList.toggle("draft", drafts.has(link.dataset.switch));
  };
  const restore = (kept) => {
    const draft = drafts.get(fields()?.dataset.draft);
    if (draft) for (const each of controls(fields())) if (each.name in draft) each.value = draft[each.name];
    for (const each of loose()) if (kept.has(key(each))) each.value = kept.get(key(each));
    mark();
  };
  const typedLoosely = () => new Map(loose().filter((each) => each.value !== each.defaultValue).map((each) => [key(each), each.value]));
  const unsaved = () => { remember(); return drafts.size > 0 || typedLoosely().size > 0; };

  // ---- the answer takes the page's place ------------------------------------------------------------------------
  const swap = (text, url, kept, push) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.getElementById("case");
    if (!fresh) return false;
    const scroll = window.scrollY;
    const before = document.getElementById("scan");
    const after = fresh.querySelector("#scan");
    const place = before?.scrollTop ?? 0;
    const same = before && after && before.dataset.paper === after.dataset.paper && before.dataset.pages === after.dataset.pages && before.dataset.pages !== "0" && !after.querySelector(".error");
    if (same) after.replaceWith(before); // its pictures are drawn already
    root().replaceWith(fresh);
    if (same) before.scrollTop = place;
    for (const old of document.querySelectorAll("main > .notice")) old.remove();
    document.getElementById("said").replaceChildren(...page.querySelectorAll("main > .notice"));
    const address = new URL(url);
    address.hash = "";
    if (push) history.pushState(null, "", address); else history.replaceState(null, "", address);
    document.title = page.title;
    restore(kept);
    window.scrollTo(0, scroll);
    return true;
  };
  const focus = () => {
    const wrong = document.querySelector("#fields [aria-invalid], .check .error ~ input, .judge .error ~ input, .inline:has(.error) input");
    (wrong ?? document.getElementById("panel"))?.focus({ preventScroll: !wrong });
    document.querySelector("#case > .notice.error")?.scrollIntoView({ block: "nearest" });
  };

  // ---- sending, one after the other -----------------------------------------------------------------------------
  let queue = Promise.resolve();
  const later = (work) => { waiting += 1; queue = queue.then(work).catch(() => say(root().dataset.failed)).finally(() => { waiting -= 1; }); return queue; };
  const post = (action, data) => fetch(action, { method: "POST", body: data, headers: { Accept: "text/html" } });
  const token = async () => {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("#case [name=csrf_token]")?.value;
  };
  const send = (form, submitter) => {
    const data = new FormData(form, submitter); // now: the page may be another one when its turn comes
    const action = form.getAttribute("action");
    const own = new Set([...form.elements].filter((each) => each.name && each.type !== "hidden").map(key));
    const draft = form.id === "fields" ? form.dataset.draft : null;
    return later(async () => {
      let answer = await post(action, new URLSearchParams(data));
      if (answer.status === 400) { // the sign-in was renewed elsewhere: the form's token is an old one
        const fresh = await token();
        if (fresh) { data.set("csrf_token", fresh); answer = await post(action, new URLSearchParams(data)); }
      }
      const text = await answer.text();
      remember();
      const kept = typedLoosely();
      if (answer.ok) { if (draft) drafts.delete(draft); for (const name of own) kept.delete(name); }
      if (answer.status >= 500 || !swap(text, answer.redirected ? answer.url : location.href, kept, false)) {
        say(root().dataset.failed);
        return;
      }
      focus();
    });
  };
  const open = (url, push) => later(async () => {
    const answer = await fetch(url);
    remember();
    if (!answer.ok || !swap(await answer.text(), answer.url, typedLoosely(), push)) { say(root().dataset.failed); return; }
    focus();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.swap !== undefined) { event.preventDefault(); send(form, event.submitter); return; }
    if (form.dataset.finish !== undefined && unsaved()) {
      event.preventDefault();
      mark();
      say(document.getElementById("draft")?.textContent || root().dataset.unsaved);
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-switch]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); open(link.href, true); return; }
    const offer = event.target.closest("[data-put]");
    if (offer) put(document.getElementById(offer.dataset.put), offer.dataset.value);
    const scale = event.target.closest("[data-scale]");
    if (scale) zoom(Number(scale.dataset.scale));
    if (event.target.closest("[data-turn]")) turn();
  });
  window.addEventListener("popstate", () => open(location.href, false));
  window.addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
  document.addEventListener("input", (event) => { if (event.target.form?.id === "fields") remember(); });

  // ---- keys -----------------------------------------------------------------------------------------------------
  const put = (input, value) => { input.value = value; input.focus(); input.dispatchEvent(new Event("input", { bubbles: true })); };
  const zoom = (step) => {
    const scan = document.getElementById("scan");
    const now = step === 0 ? 1 : Math.max(1, Math.min(4, Number(scan.dataset.zoom ?? 1) + step * 0.5));
    scan.dataset.zoom = now;
    for (const picture of scan.querySelectorAll("img")) picture.style.width = `${now * 100}%`;
  };
  const turn = () => { const scan = document.getElementById("scan"); scan.dataset.turn = (Number(scan.dataset.turn ?? 0) + 90) % 360; };
  const show = (element) => { if (!element) return; element.focus(); element.scrollIntoView({ block: "center" }); };
  let minus = 0;
  const keys = {
    e: () => { const all = controls(fields()); show(all.find((each) => !each.value && !each.disabled) ?? all[0]); },
    c: () => show(document.querySelector(".judge[data-judge=open] select, .judge[data-judge=open] input:not([type=hidden])")),
    g: () => document.querySelector("[data-seal]")?.click(),
    m: () => show(document.getElementById("note")),
    f: () => show(document.getElementById("finish")),
    n: () => show(document.getElementById("next-case")),
    t: () => document.querySelector("[data-key=t]")?.click(),
    z: () => zoom(Number(document.getElementById("scan").dataset.zoom ?? 1) >= 2.5 ? 0 : 1),
    r: turn,
    "-": () => { minus = Date.now(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !root()) return;
    const target = event.target;
    if (event.key === "ArrowDown" && target.dataset.offer && !target.value) { event.preventDefault(); put(target, target.dataset.offer); return; }
    if (event.key === "Enter" && target.classList.contains("notefield")) { event.preventDefault(); target.form.requestSubmit(target.form.querySelector(".bad")); return; }
    if (event.key === "Enter" && target.matches("#fields select")) { event.preventDefault(); target.form.requestSubmit(document.getElementById("save")); return; }
    if (event.key === "Enter" && target.matches(".judge input, .judge select")) { event.preventDefault(); target.form.querySelector("button[name=accepted]:not([disabled])").focus(); return; }
    if (target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (digit && (event.shiftKey || Date.now() - minus < 2000)) {
      const form = document.querySelector(`[data-check="${digit}"]`);
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.shiftKey) show(form?.querySelector(".notefield")); else form?.querySelector(".na")?.click();
      minus = 0;
      return;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }, true);

  // ---- asked while typing ---------------------------------------------------------------------------------------
  const ask = async (url) => { const answer = await fetch(url, { headers: { "X-Background": "1" } }); return answer.ok ? answer.json() : null; };
  const fresh = async (input) => {
    const place = document.getElementById("fresh");
    if (!input.value.trim()) { place.textContent = ""; return; }
    const found = await ask(`${input.dataset.fresh}?${new URLSearchParams({ issued: input.value, received: input.dataset.received })}`);
    if (!found || !place.isConnected) return;
    const tag = document.createElement("span");
    tag.className = `tag ${found.ok ? "green" : "red"}`;
    tag.textContent = found.text;
    const why = document.createElement("span");
    why.className = "hint";
    why.textContent = found.date ? ` ${found.date} (${found.iso}) ${found.why}` : "";
    place.replaceChildren(tag, why);
  };
  const places = async (input) => {
    const place = input.closest("div").querySelector(".places");
    if (input.value.replace(/\D/g, "").length !== 7) { place.textContent = ""; return; }
    const found = await ask(`${input.dataset.addresses}?${new URLSearchParams({ code: input.value })}`);
    if (found) place.textContent = found.texts.join("、") || found.error;
  };
  let timer = 0;
  document.addEventListener("input", (event) => {
    const work = event.target.dataset.fresh ? fresh : event.target.dataset.addresses ? places : null;
    if (!work) return;
    clearTimeout(timer);
    timer = setTimeout(() => work(event.target), 200);
  });

  // ---- who else is here -----------------------------------------------------------------------------------------
  setInterval(async () => {
    const found = document.hidden || !root() ? null : await ask(root().dataset.presence).catch(() => null);
    const place = document.getElementById("also");
    if (!found || !place) return;
    const text = found.others.length ? root().dataset.also + found.others.join("、") : "";
    if (place.textContent !== text) place.textContent = text;
  }, 15000);
  document.documentElement.dataset.review = "ready";
})();
