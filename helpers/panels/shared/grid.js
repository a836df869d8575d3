// A grid of any number of rows, of which the browser holds only the pages around what is on the screen.
//
// A row is [sid, marked, ...cells].  What is marked is told to the kernel by sid; stretches of rows, which
// may reach over pages that were never fetched, are told by place together with the revision of the order
// that they were seen in, and the kernel drops what was seen in another one.

const ROW = 34; // the height in grid.css
const PAGE = 100;
const NARROW = 700; // pixels; a wider grid scrolls sideways instead of leaving out what somebody has chosen
const KEPT = 40; // pages; more than anybody scrolls back through at once
const PAUSE = 40; // milliseconds of rest in which a page is worth asking for, while somebody drags the scroll bar

const CHANGES = ["change:rev", "change:marks", "change:empty"];

let grids = 0;

function element(tag, className, attributes = {}, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function render({ model, el }) {
  const id = `desk-grid-${++grids}`;
  const ticks = model.get("ticks");
  const head = element("div", "desk-grid-head", { role: "row", "aria-rowindex": 1 });
  const body = element("div", "desk-grid-body", { role: "rowgroup" });
  const inner = element("div", "desk-grid-inner", { role: "presentation" },
    element("div", "desk-grid-top", { role: "rowgroup" }, head), body);
  const grid = element("div", "desk-grid", {
    role: "grid", tabindex: 0, "aria-multiselectable": ticks, "aria-label": model.get("label"),
    "data-lm-suppress-shortcuts": true, // Lab's own keys would delete the cell that this is in
  }, inner);
  const left = element("p", "desk-hint");
  el.append(grid, left);

  const spared = new Set(); // the keys of columns for which there is no room
  let folded = false; // at 200 % the status stands below its number
  // Known from events: asked for in a drawing, each would lay out the whole page of JupyterLab once more.
  let width = 0;
  let room = 0; // the height below the head
  let top = 0; // how far the rows are scrolled
  const pages = new Map(); // place of a page -> { rows, marks }
  let cursor = 0;
  let anchor = 0;
  let followed = 0; // where following left the scroll bar: whoever scrolled away from there stays where they are
  let asking = null;
  let rev = model.get("rev");
  let isDue = false;
  let madeOf = ""; // the parts of the head that is there

  const total = () => model.get("total");
  const page = (index) => pages.get(Math.floor(index / PAGE));
  const row = (index) => page(index)?.rows[index % PAGE];
  const opens = model.get("opens"); // rows have details
  const visible = () => Math.max(1, Math.floor(room / ROW));

  // -- drawing ---------------------------------------------------------------------------------

  // On a narrow panel, as at 200 %, the columns that can be spared go until the others fit; which, is said below.
  function fit() {
    const columns = model.get("columns");
    const wanted = () => columns.reduce((sum, { key, least }) => sum + (spared.has(key) ? 0 : least), (ticks ? 30 : 0) + (opens ? 20 : 0));
    spared.clear();
    const spare = columns.filter((column) => column.spare).sort((one, other) => other.spare - one.spare);
    if (width && (width < NARROW || columns.some(({ makesRoom }) => makesRoom)))
      for (const { key } of spare) if (wanted() > width) spared.add(key);
    folded = width && width < NARROW && wanted() > width && columns.some(isBelow);
    grid.classList.toggle("desk-grid-folded", folded);
    const labels = columns.filter(({ key }) => spared.has(key)).map(({ name }) => name);
    left.textContent = labels.length ? `There is no room here for: ${labels.join(", ")}.` : "";
  }

  const isBelow = ({ key }) => key === "verdict";
  const isBeside = (column) => !folded || !isBelow(column);

  function below(cell, column) { // the status has the place below its number
    const row = { phone_number: 1, verdict: 2 }[column.key];
    if (folded && row) cell.style.gridArea = `${row} / ${ticks ? 2 : 1}`;
    return cell;
  }

  function drawHead() {
    fit();
    const columns = model.get("columns").filter(({ key }) => !spared.has(key));
    const [tick, details, less] = folded ? [24, 16, 6] : [30, 20, 0]; // less: the paddings in grid.css
    const beside = columns.filter(isBeside).map((column) => ({ ...column, least: column.least - less }));
    inner.style.setProperty("--desk-grid-columns",
      (ticks ? `${tick}px ` : "") + beside.map((column) => `minmax(${column.least}px, ${column.share}fr)`).join(" ") + (opens ? ` ${details}px` : ""));
    inner.style.minWidth = beside.reduce((sum, column) => sum + column.least, (ticks ? tick : 0) + (opens ? details : 0)) + "px";
    grid.setAttribute("aria-colcount", columns.length + Number(ticks) + Number(Boolean(opens)));
    const parts = JSON.stringify([columns, folded]);
    if (parts !== madeOf) makeHead(columns);
    madeOf = parts;
    sayOrder();
  }

  function makeHead(columns) {
    const focused = head.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    head.replaceChildren(...(ticks ? [headOfMarks()] : []), ...columns.map(headOf));
    if (opens) head.append(element("div", "desk-grid-cell", { role: "columnheader", "aria-label": "Details" }));
    if (focused !== undefined) head.querySelector(`button[data-key="${focused}"]`)?.focus();
  }

  function headOf(column) {
    const cell = (inside) => below(element("div", `desk-grid-cell desk-grid-${column.align}`,
      { role: "columnheader", "data-key": column.key }, inside), column);
    if (!column.sorts) return cell(element("span", "desk-grid-sort desk-grid-unsorted", {}, column.label));
    const named = { type: "button", "data-key": column.key, "aria-label": column.name };
    const button = element("button", "desk-grid-sort", named, column.label, element("span", "desk-grid-sign", { "aria-hidden": true }));
    button.addEventListener("click", () => sort(column.key));
    return cell(button);
  }

  function headOfMarks() {
    const button = element("button", "desk-grid-box desk-grid-all", { type: "button", "data-key": "" });
    button.addEventListener("click", () => model.send({ type: "mark_all", on: !isAllMarked(), rev: model.get("rev") }));
    return element("div", "desk-grid-cell desk-grid-center", { role: "columnheader" }, button);
  }

  const isAllMarked = () => total() > 0 && model.get("marked") === total();

  function sayOrder() { // in the head that is there: a new one would take the focus away from the button that was pressed
    const [sorted, direction] = model.get("sort");
    for (const button of head.querySelectorAll("button.desk-grid-sort")) {
      const state = button.dataset.key !== sorted ? "none" : direction === "desc" ? "descending" : "ascending";
      button.parentElement.setAttribute("aria-sort", state);
      button.lastElementChild.textContent = { none: "", ascending: "▲", descending: "▼" }[state];
    }
    const all = head.querySelector(".desk-grid-all");
    if (!all) return;
    all.textContent = isAllMarked() ? "✓" : model.get("marked") ? "–" : "";
    all.classList.toggle("desk-grid-on", Boolean(all.textContent));
    all.setAttribute("aria-label", isAllMarked() ? "Select none of the rows shown" : "Select all rows shown");
  }

  function draw() {
    grid.setAttribute("aria-rowcount", total() + 1);
    body.style.height = Math.max(total() * ROW, ROW * 3) + "px";
    if (!total()) {
      body.replaceChildren(element("div", "desk-grid-row desk-grid-empty", { role: "row" },
        element("div", "desk-grid-cell", { role: "gridcell" }, model.get("empty"))));
      grid.removeAttribute("aria-activedescendant");
      return;
    }
    const first = Math.max(0, Math.floor(top / ROW) - 5);
    const last = Math.min(total(), first + visible() + 12);
    const columns = model.get("columns");
    const rows = [];
    for (let index = first; index < last; index++) rows.push(drawRow(index, columns));
    body.replaceChildren(...rows);
    if (first <= cursor && cursor < last) grid.setAttribute("aria-activedescendant", `${id}-${cursor}`);
    else grid.removeAttribute("aria-activedescendant");
    askFor(first, last);
  }

  function drawRow(index, columns) {
    const known = row(index);
    const line = element("div", "desk-grid-row", { role: "row", id: `${id}-${index}`, "aria-rowindex": index + 2 });
    line.style.top = index * ROW + "px";
    line.dataset.index = index;
    if (index === cursor) line.classList.add("desk-grid-cursor");
    if (!known) {
      line.setAttribute("aria-busy", true);
      if (ticks) line.append(element("div", "desk-grid-cell", { role: "gridcell" }));
      line.append(element("div", "desk-grid-cell desk-grid-aside", { role: "gridcell" }, "…"));
      return line;
    }
    const [sid, marked, ...cells] = known;
    line.dataset.sid = sid;
    if (ticks) {
      line.setAttribute("aria-selected", marked);
      line.append(element("div", "desk-grid-cell desk-grid-center", { role: "gridcell", "aria-label": marked ? "Ticked" : "Not ticked" },
        element("span", marked ? "desk-grid-box desk-grid-on" : "desk-grid-box", { "aria-hidden": true }, marked ? "✓" : "")));
    }
    cells.forEach((cell, place) => { if (!spared.has(columns[place].key)) line.append(drawCell(cell, columns[place])); });
    if (opens) line.append(element("div", "desk-grid-cell desk-grid-center desk-grid-open",
      { role: "gridcell", title: "Show the details (Enter)", "aria-label": "Enter shows the details" }, element("span", "", {}, "›")));
    return line;
  }

  function drawCell({ text, aside, silent, title, tone }, column) {
    // Names at Twilio are whatever somebody typed: they are set as text, never as HTML.
    const words = element("bdi", tone ? `desk-grid-text desk-tone-${tone}` : "desk-grid-text", {}, text);
    const drawn = element("div", `desk-grid-cell desk-grid-${column.align}`, { role: "gridcell", ...(title && { title }) }, words);
    if (aside) drawn.append(element("span", "desk-grid-aside", silent ? { "aria-hidden": true } : {}, aside));
    return below(drawn, column);
  }

  // -- pages -----------------------------------------------------------------------------------

  function missing(first, last) {
    const places = [];
    for (let place = Math.floor(first / PAGE); place * PAGE < last; place++) {
      if (pages.get(place)?.marks !== model.get("marks")) places.push(place);
    }
    return places;
  }

  function askFor(first, last) {
    clearTimeout(asking);
    const places = missing(first, last);
    if (!places.length) return;
    asking = setTimeout(() => {
      for (const place of places) model.send({ type: "rows", start: place * PAGE, count: PAGE, rev: model.get("rev") });
    }, pages.size ? PAUSE : 0); // without any row there is nothing to drag through
  }

  function arrived(message) {
    if (message.type !== "rows" || message.rev !== model.get("rev")) return; // late: of another order
    const place = message.start / PAGE;
    pages.delete(place);
    pages.set(place, { rows: message.rows, marks: message.marks });
    if (pages.size > KEPT) pages.delete(pages.keys().next().value);
    draw();
  }

  // -- what the operator does ------------------------------------------------------------------

  function sort(key) {
    const [sorted, direction] = model.get("sort");
    model.set("sort", key !== sorted ? [key, "asc"] : direction === "asc" ? [key, "desc"] : []);
    model.save_changes();
  }

  function goTo(index) {
    cursor = index;
    model.send({ type: "cursor", at: index, rev: model.get("rev") });
  }

  function mark(index, reaching) {
    goTo(index);
    if (!ticks) {
      anchor = index;
    } else if (reaching) {
      model.send({ type: "mark_stretch", first: Math.min(anchor, index), last: Math.max(anchor, index), rev: model.get("rev") });
    } else {
      const known = row(index);
      if (!known) return;
      anchor = index;
      known[1] = !known[1]; // shown at once; the kernel's own answer follows
      model.send({ type: "mark", sid: known[0], on: known[1] });
    }
    draw();
  }

  function scroll(to) {
    grid.scrollTop = to;
    top = grid.scrollTop;
  }

  function moveTo(index) {
    goTo(Math.max(0, Math.min(total() - 1, index)));
    const at = cursor * ROW;
    if (at < top) scroll(at);
    else if (at + ROW > top + room) scroll(at + ROW - room);
    draw();
  }

  const steps = {
    ArrowDown: () => cursor + 1, ArrowUp: () => cursor - 1,
    PageDown: () => cursor + visible() - 1, PageUp: () => cursor - visible() + 1,
    Home: () => 0, End: () => total() - 1,
  };

  function pressed(event) {
    event.stopPropagation(); // Lab's command mode would take j, k and dd
    if (event.target !== grid || event.ctrlKey || event.metaKey || event.altKey || !total()) return;
    if (event.key in steps) moveTo(steps[event.key]());
    else if (event.key === " " && ticks) mark(cursor, event.shiftKey);
    else if (event.key === "Enter" && opens) open(cursor);
    else return;
    event.preventDefault();
  }

  // The whole of what may be cut off, for the mouse only: a screen reader would read every cell twice.
  function pointedAt(event) {
    const cell = event.target.closest(".desk-grid-cell");
    if (cell && !cell.title) cell.title = [...cell.children].map((part) => part.textContent).join("  ");
  }

  function clicked(event) {
    const line = event.target.closest(".desk-grid-row");
    // Whoever drags over a number wants to copy it, not to select the row.
    if (line?.dataset.index === undefined || String(getSelection())) return;
    if (event.target.closest(".desk-grid-open")) open(Number(line.dataset.index));
    else mark(Number(line.dataset.index), event.shiftKey);
  }

  function open(index) {
    const known = row(index);
    if (!known) return;
    goTo(index);
    model.send({ type: "open", sid: known[0] });
    draw();
  }

  function follow() {
    const at = model.get("follow");
    if (at < 0 || Math.abs(top - followed) > 1) return;
    scroll(Math.max(followed, (at + 3) * ROW - room));
    followed = top;
  }

  function redraw() {
    isDue = false;
    if (rev !== model.get("rev")) {
      rev = model.get("rev");
      pages.clear();
      cursor = anchor = followed = 0;
      if (top) scroll(0);
    }
    drawHead();
    draw();
  }

  function redrawOnce() { // much changes at once
    if (!isDue) queueMicrotask(redraw);
    isDue = true;
  }

  body.addEventListener("mousedown", (event) => { if (event.shiftKey) { event.preventDefault(); grid.focus(); } });
  body.addEventListener("click", clicked);
  body.addEventListener("pointerover", pointedAt);
  grid.addEventListener("keydown", pressed);
  grid.addEventListener("scroll", () => { top = grid.scrollTop; requestAnimationFrame(draw); });
  const size = new ResizeObserver(() => { // nothing has a height before it is on the page
    const before = width;
    width = grid.clientWidth;
    room = grid.clientHeight - head.offsetHeight;
    if (width !== before) drawHead();
    draw();
  });
  size.observe(grid);
  model.on("msg:custom", arrived);
  for (const name of CHANGES) model.on(name, redrawOnce);
  model.on("change:follow", follow);
  redraw();
  return () => {
    size.disconnect();
    clearTimeout(asking);
    model.off("msg:custom", arrived);
    for (const name of CHANGES) model.off(name, redrawOnce);
    model.off("change:follow", follow);
  };
}

export default { render };
