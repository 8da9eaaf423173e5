"use strict";
// On the page of a decision: a paper's link scrolls the scans and leaves the page (and every tick) where it is; [ and ] walk
// through the papers. Without this file the links are plain anchors.
(() => {
  const pane = document.querySelector(".scan");
  const links = [...document.querySelectorAll('nav.papers a[href^="#scan-"]')];
  if (!pane || !links.length) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let current = 0;

  const show = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    const bar = pane.querySelector(".tools").offsetHeight;
    const top = target.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop - bar;
    pane.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
    current = links.findIndex((link) => link.hash === `#${id}`);
    links.forEach((link, index) => {
      if (index === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#scan-"]');
    if (!link || getComputedStyle(pane).position !== "sticky") return;
    event.preventDefault();
    show(link.hash.slice(1));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const step = { "[": -1, "]": 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = links[Math.max(0, Math.min(links.length - 1, current + step))];
    show(next.hash.slice(1));
  });
})();
