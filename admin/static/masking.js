"use strict";
// Blacking out. The chosen file stays in this page's memory; the server draws its pages and forgets it. Areas are kept in
// pixels of the server's page, and shown in percent of it.
(() => {
  const root = document.getElementById("masking");
  if (!root) return;
  const find = (name) => root.querySelector(`[data-${name}]`);
  const pagesBox = find("pages"), list = find("list"), problem = find("error");
  const addButton = find("add"), saveButton = find("save"), paperTick = find("paper"), input = root.querySelector("[type=file]");
  const SMALLEST = 6, STEP = 10;
  let file = null, leaves = [], areas = [];

  const send = (address, body) => fetch(address, {
    method: "POST", body, headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": root.dataset.token },
  });
  const say = (text) => { problem.textContent = text; };
  const refresh = () => {
    saveButton.disabled = !(file && areas.length && paperTick.checked);
    addButton.disabled = !leaves.length;
    list.replaceChildren(...areas.map((area, index) => {
      const row = document.createElement("li");
      const name = document.createElement("button");
      name.type = "button";
      name.className = "btn small";
      name.textContent = `${root.dataset.area} ${index + 1} (${root.dataset.page} ${area.page})`;
      name.addEventListener("click", () => area.box.focus());
      const away = document.createElement("button");
      away.type = "button";
      away.className = "btn small danger";
      away.textContent = root.dataset.remove;
      away.addEventListener("click", () => remove(area));
      row.append(name, away);
      return row;
    }));
    areas.forEach((area, index) => area.box.setAttribute("aria-label", `${root.dataset.area} ${index + 1}`));
  };

  const place = (area) => {
    const leaf = leaves[area.page - 1];
    area.width = Math.round(Math.max(SMALLEST, Math.min(area.width, leaf.width)));
    area.height = Math.round(Math.max(SMALLEST, Math.min(area.height, leaf.height)));
    area.left = Math.round(Math.max(0, Math.min(area.left, leaf.width - area.width)));
    area.top = Math.round(Math.max(0, Math.min(area.top, leaf.height - area.height)));
    const style = area.box.style; // set by script: the policy forbids style attributes in the page, not this
    style.left = `${100 * area.left / leaf.width}%`;
    style.top = `${100 * area.top / leaf.height}%`;
    style.width = `${100 * area.width / leaf.width}%`;
    style.height = `${100 * area.height / leaf.height}%`;
  };

  const remove = (area) => {
    area.box.remove();
    areas = areas.filter((each) => each !== area);
    refresh();
    addButton.focus();
  };

  const add = (page, left, top, width, height) => {
    const box = document.createElement("button");
    box.type = "button";
    box.className = "area";
    const area = { page, left, top, width, height, box };
    leaves[page - 1].element.append(box);
    areas.push(area);
    place(area);
    box.addEventListener("keydown", (event) => {
      const step = event.ctrlKey ? 1 : STEP;
      const [across, down] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] || [0, 0];
      if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(area); return; }
      if (!across && !down) return;
      event.preventDefault();
      if (event.shiftKey) { area.width += across; area.height += down; } else { area.left += across; area.top += down; }
      place(area);
    });
    box.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      const bounds = box.getBoundingClientRect();
      const isCorner = bounds.right - event.clientX < 14 && bounds.bottom - event.clientY < 14;
      drag(event, area, isCorner);
    });
    refresh();
    return area;
  };

  const drag = (start, area, isCorner) => {
    const leaf = leaves[area.page - 1];
    const scale = leaf.width / leaf.element.getBoundingClientRect().width;
    const from = { ...area };
    const move = (event) => {
      const across = (event.clientX - start.clientX) * scale, down = (event.clientY - start.clientY) * scale;
      if (isCorner) { area.width = from.width + across; area.height = from.height + down; }
      else { area.left = from.left + across; area.top = from.top + down; }
      place(area);
    };
    const stop = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", stop); };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop);
  };

  const draw = (page) => (event) => {
    if (event.button !== 0 || event.target.tagName !== "CANVAS") return;
    event.preventDefault();
    const leaf = leaves[page - 1];
    const bounds = leaf.element.getBoundingClientRect();
    const scale = leaf.width / bounds.width;
    const left = (event.clientX - bounds.left) * scale, top = (event.clientY - bounds.top) * scale;
    const area = add(page, left, top, SMALLEST, SMALLEST);
    area.box.focus();
    drag(event, area, true);
  };

  const show = async (buffer) => {
    const view = new DataView(buffer);
    let position = 0;
    while (position < buffer.byteLength) {
      const [width, height, length] = [0, 4, 8].map((offset) => view.getUint32(position + offset));
      position += 12;
      const picture = await createImageBitmap(new Blob([new Uint8Array(buffer, position, length)], { type: "image/webp" }));
      position += length;
      const element = document.createElement("div");
      element.className = "leaf";
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      picture.close();
      element.append(canvas);
      leaves.push({ element, width, height });
      element.addEventListener("pointerdown", draw(leaves.length));
      pagesBox.append(element);
    }
  };

  input.addEventListener("change", async () => {
    file = input.files[0] || null;
    leaves = [];
    areas = [];
    pagesBox.replaceChildren();
    say("");
    refresh();
    if (!file) return;
    say(root.dataset.working);
    try {
      const response = await send(root.dataset.preview, file);
      if (response.ok) { await show(await response.arrayBuffer()); say(""); }
      else { file = null; say((await response.json()).error); }
    } catch { file = null; say(root.dataset.failed); }
    refresh();
  });

  const visiblePage = () => {
    const middle = innerHeight / 2;
    const index = leaves.findIndex(({ element }) => { const box = element.getBoundingClientRect(); return box.top <= middle && box.bottom >= middle; });
    return index < 0 ? 1 : index + 1;
  };

  addButton.addEventListener("click", () => {
    const page = visiblePage();
    const leaf = leaves[page - 1];
    add(page, leaf.width * 0.3, leaf.height * 0.3, leaf.width * 0.25, leaf.height * 0.03).box.focus();
  });
  paperTick.addEventListener("change", refresh);

  saveButton.addEventListener("click", async () => {
    const query = new URLSearchParams(areas.map((area) => ["mask", [area.page, area.left, area.top, area.width, area.height].join(",")]));
    query.append("paper", paperTick.checked ? "1" : "0");
    saveButton.disabled = true;
    say("");
    try {
      const response = await send(`${root.dataset.store}?${query}`, file);
      const answer = await response.json();
      if (response.ok) { location.href = answer.next; return; }
      say(answer.error);
    } catch { say(root.dataset.failed); }
    refresh();
  });
  refresh();
})();
