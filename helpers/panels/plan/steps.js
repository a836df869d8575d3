// Where one is in a plan.  The steps before shrink to a line each, so the one at hand moves up: where that takes it out
// of sight, the panel is brought back into it.  Back to a step, and while a run goes on, nobody is taken anywhere.
const ARRIVES = new Map([[2, 1], [4, 3]]);
// JupyterLab gives cells their height as they come into sight: one look is not enough.
const LOOKS = 20;

const item = (name, step, atHand) => {
  const li = document.createElement("li"), sign = document.createElement("i");
  const done = step < atHand;
  sign.textContent = done ? "✓" : step;
  sign.ariaHidden = "true";
  li.append(sign, name);
  if (done) li.className = "desk-done";
  if (done) li.ariaLabel = `${name}: done`;
  if (step === atHand) li.setAttribute("aria-current", "step");
  return li;
};

const bringBack = (list) => {
  // Whoever does something meanwhile is not taken anywhere.
  const acted = new AbortController();
  for (const act of ["wheel", "pointerdown", "keydown", "focusin"]) {
    addEventListener(act, () => acted.abort(), { capture: true, signal: acted.signal });
  }
  look(list, LOOKS, acted);
};

const look = (list, left, acted) => {
  const panel = list.closest(".desk");
  if (!panel || !left || acted.signal.aborted) return acted.abort();
  const { x, y } = list.getBoundingClientRect();
  // What lies over it: whoever scrolls clips it there.
  if (!list.contains(document.elementFromPoint(x + 4, y + 4))) panel.scrollIntoView({ block: "start" });
  requestAnimationFrame(() => look(list, left - 1, acted));
};

export default {
  render({ model, el }) {
    const list = document.createElement("ol");
    list.className = "desk-stepper";
    let before = 0;
    const draw = () => {
      const atHand = model.get("at_hand");
      list.replaceChildren(...model.get("names").map((name, place) => item(name, place + 1, atHand)));
      if (ARRIVES.get(atHand) === before) requestAnimationFrame(() => bringBack(list));
      before = atHand;
    };
    model.on("change", draw);
    draw();
    el.append(list);
    return () => model.off("change", draw);
  },
};
