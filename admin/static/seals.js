"use strict";
// Two impressions, pixel against pixel: beside each other, one over the other, alternating, or their difference.
// Everything is drawn here and nothing leaves the page but the verdict.
(() => {
  const place = document.getElementById("seals");
  const stage = document.getElementById("stage");
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const $ = (id) => document.getElementById(id);
  const sides = {};
  const view = { mode: "side", angle: 0, size: 1, opacity: 0.5, zoom: 1, speed: 1, dx: 0, dy: 0, flipped: false, held: false };

  // ---- choosing the impression on each scan -----------------------------------------------------------------------
  const load = (side) => {
    const image = new Image();
    image.onload = () => { side.image = image; if (!side.crop) side.crop = guess(image); draw(side); render(); };
    image.src = side.pages[side.page];
    side.where.textContent = place.dataset.pageWord.replace("{n}", side.page + 1).replace("{all}", side.pages.length);
  };
  // Seals are red as a rule: the frame begins where red is, and a person corrects it.
  const guess = (image) => {
    const width = 240, height = Math.max(1, Math.round((image.naturalHeight / image.naturalWidth) * width));
    const small = new OffscreenCanvas(width, height), pen = small.getContext("2d");
    pen.drawImage(image, 0, 0, width, height);
    const { data } = pen.getImageData(0, 0, width, height);
    const xs = [], ys = [];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] > 120 && data[i] - Math.max(data[i + 1], data[i + 2]) > 60) { xs.push((i / 4) % width); ys.push(Math.floor(i / 4 / width)); }
    }
    const factor = image.naturalWidth / width;
    if (xs.length < 12) return { x: image.naturalWidth / 2, y: image.naturalHeight / 2, half: image.naturalWidth / 8 };
    const edges = (all) => { const sorted = [...all].sort((a, b) => a - b); return [sorted[Math.floor(sorted.length * 0.02)], sorted[Math.floor(sorted.length * 0.98)]]; };
    const [[west, east], [north, south]] = [edges(xs), edges(ys)];
    return { x: ((west + east) / 2) * factor, y: ((north + south) / 2) * factor, half: Math.max(8, Math.max(east - west, south - north) * 0.62) * factor };
  };
  const draw = (side) => {
    const { canvas, image, crop } = side;
    const width = canvas.clientWidth || 400;
    side.scale = width / image.naturalWidth;
    canvas.width = width * devicePixelRatio;
    canvas.height = image.naturalHeight * side.scale * devicePixelRatio;
    canvas.style.height = `${image.naturalHeight * side.scale}px`;
    const pen = canvas.getContext("2d");
    pen.scale(devicePixelRatio * side.scale, devicePixelRatio * side.scale);
    pen.drawImage(image, 0, 0);
    pen.lineWidth = 2.5 / side.scale;
    pen.strokeStyle = "#1f56cf";
    pen.strokeRect(crop.x - crop.half, crop.y - crop.half, crop.half * 2, crop.half * 2);
  };
  const move = (side, changes) => { Object.assign(side.crop, changes); draw(side); render(); };
  const turnPage = (side, step) => {
    const page = side.page + step;
    if (page < 0 || page >= side.pages.length) return;
    side.page = page;
    side.crop = null;
    load(side);
  };
  for (const canvas of document.querySelectorAll("canvas.pick")) {
    const side = { canvas, pages: JSON.parse(canvas.dataset.pages), page: 0, where: canvas.parentElement.querySelector("[data-where]") };
    sides[canvas.dataset.side] = side;
    let from = null;
    const at = (event) => { const box = canvas.getBoundingClientRect(); return { x: (event.clientX - box.left) / side.scale, y: (event.clientY - box.top) / side.scale }; };
    canvas.addEventListener("pointerdown", (event) => { from = at(event); canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = at(event), half = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) / 2;
      if (half > 6) move(side, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, half });
    });
    canvas.addEventListener("pointerup", () => { from = null; });
    canvas.addEventListener("keydown", (event) => {
      if (!side.crop) return;
      const { x, y, half } = side.crop, step = event.shiftKey ? 2 : half / 4;
      const changes = { ArrowLeft: { x: x - step }, ArrowRight: { x: x + step }, ArrowUp: { y: y - step }, ArrowDown: { y: y + step }, "+": { half: half * 1.1 }, ";": { half: half * 1.1 }, "-": { half: half / 1.1 } }[event.key];
      if (changes) { event.preventDefault(); event.stopPropagation(); move(side, changes); }
      if (event.key === "PageDown" || event.key === "PageUp") { event.preventDefault(); turnPage(side, event.key === "PageDown" ? 1 : -1); }
    });
    load(side);
  }
  addEventListener("resize", () => { for (const side of Object.values(sides)) if (side.image) draw(side); render(); });

  // ---- comparing ----------------------------------------------------------------------------------------------------
  const impression = (pen, side, x, y, span) => {
    const { image, crop } = side;
    pen.drawImage(image, crop.x - crop.half, crop.y - crop.half, crop.half * 2, crop.half * 2, x - span / 2, y - span / 2, span, span);
  };
  const right = (pen, x, y, span) => {
    pen.save();
    pen.translate(x + view.dx * view.zoom, y + view.dy * view.zoom);
    pen.rotate((view.angle * Math.PI) / 180);
    pen.scale(view.size, view.size);
    impression(pen, sides.right, 0, 0, span);
    pen.restore();
  };
  function render() {
    const { left } = sides;
    const width = stage.clientWidth, height = stage.clientHeight, pen = stage.getContext("2d");
    stage.width = width * devicePixelRatio;
    stage.height = height * devicePixelRatio;
    pen.scale(devicePixelRatio, devicePixelRatio);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    if (!left?.image || !sides.right?.image) return;
    const beside = view.mode === "side", span = Math.min(height * 0.9, beside ? width * 0.46 : width * 0.9) * view.zoom;
    const [x, y] = [width / 2, height / 2];
    pen.save();
    if (beside) {
      pen.beginPath(); pen.rect(0, 0, x, height); pen.clip();
      impression(pen, left, width * 0.25, y, span);
      pen.restore(); pen.save();
      pen.beginPath(); pen.rect(x, 0, x, height); pen.clip();
      right(pen, width * 0.75, y, span);
    } else if (view.mode === "overlay") {
      impression(pen, left, x, y, span);
      pen.globalAlpha = view.opacity;
      right(pen, x, y, span);
    } else if (view.mode === "difference") {
      impression(pen, left, x, y, span);
      pen.globalCompositeOperation = "difference";
      right(pen, x, y, span);
    } else if (view.flipped !== view.held) right(pen, x, y, span);
    else impression(pen, left, x, y, span);
    pen.restore();
    stage.dataset.shows = view.mode === "blink" ? (view.flipped !== view.held ? "right" : "left") : view.mode;
  }
  let timer = 0;
  const blink = () => {
    clearInterval(timer);
    view.flipped = false;
    $("moved").textContent = view.mode === "blink" && stillness.matches ? place.dataset.still : "";
    if (view.mode === "blink" && !stillness.matches) timer = setInterval(() => { view.flipped = !view.flipped; render(); }, 1000 / view.speed);
    render();
  };
  stillness.addEventListener("change", blink);
  const setMode = (mode) => {
    view.mode = mode;
    for (const button of document.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    blink();
  };
  const dials = { opacity: (value) => { view.opacity = value / 100; }, angle: (value) => { view.angle = value; }, size: (value) => { view.size = value / 100; }, zoom: (value) => { view.zoom = value / 100; }, speed: (value) => { view.speed = value; blink(); } };
  for (const [id, set] of Object.entries(dials)) $(id).addEventListener("input", (event) => { set(Number(event.target.value)); render(); });
  const dial = (id, value) => { $(id).value = value; dials[id](Number($(id).value)); render(); };
  const reset = () => { Object.assign(view, { dx: 0, dy: 0 }); dial("angle", 0); dial("size", 100); dial("opacity", 50); dial("zoom", 100); };
  $("reset").addEventListener("click", reset);
  for (const button of document.querySelectorAll("[data-mode]")) button.addEventListener("click", () => setMode(button.dataset.mode));

  // ---- keys -----------------------------------------------------------------------------------------------------------
  const shift = (x, y) => { view.dx += x; view.dy += y; render(); };
  const found = $("found");
  const verdict = (value) => {
    const button = found.querySelector(`[value=${value}]`);
    if (!button) return;
    if (value === "not_ok" && !$("note").value.trim()) $("note").focus(); else button.click();
  };
  const keys = {
    1: () => verdict("ok"), 2: () => verdict("not_ok"), 3: () => verdict("not_applicable"), 0: reset,
    s: () => setMode("side"), o: () => setMode("overlay"), b: () => setMode("blink"), d: () => setMode("difference"),
    l: () => sides.left?.canvas.focus(), h: () => sides.right?.canvas.focus(),
    ",": () => dial("angle", view.angle - 1), ".": () => dial("angle", view.angle + 1), "<": () => dial("angle", view.angle - 10), ">": () => dial("angle", view.angle + 10),
    "+": () => dial("zoom", view.zoom * 100 + 25), ";": () => dial("zoom", view.zoom * 100 + 25), "-": () => dial("zoom", view.zoom * 100 - 25),
  };
  const shifts = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  $("note")?.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); found.requestSubmit(found.querySelector("[value=not_ok]")); } });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const element = event.target;
    if (element.matches("input:not([type=range]), textarea, select")) return;
    if (event.key === " " && !element.closest("button, a")) { event.preventDefault(); if (!view.held) { view.held = true; render(); } return; }
    if (shifts[event.key] && element === stage) { event.preventDefault(); const by = event.shiftKey ? 10 : 1; shift(shifts[event.key][0] * by, shifts[event.key][1] * by); return; }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }, true);
  document.addEventListener("keyup", (event) => { if (event.key === " " && view.held) { view.held = false; render(); } });
  document.documentElement.dataset.seals = "ready";
})();
