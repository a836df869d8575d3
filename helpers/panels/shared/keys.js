// JupyterLab's command-mode keys stay live while a list or a button in an output has the focus:
// "d d" would delete the panel's cell, and the arrows would walk through cells instead of options.
// Lab leaves keys alone only where the focused element itself says so.
const quiet = (control) => { control.dataset.lmSuppressShortcuts = "true"; };

// Whoever types ends with Enter, and one Tab too many would make that a press of the red button.
const DELIBERATE = ".desk-danger, .desk-buys";
const pressed = (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && event.target.closest(DELIBERATE)) event.preventDefault();
  // Back to JupyterLab's own keys, on the cell that the panel is in; what was typed stays.
  if (event.key === "Escape") event.target.closest(".jp-Cell")?.focus({ preventScroll: true });
};

// What comes of a press is told elsewhere, maybe out of sight: it is brought into it, for as long as one looks. Where a
// bar that stays in sight tells it, nothing moves.
const ANSWERS_WITHIN = 30_000;
const answered = (event) => {
  const button = event.target.closest(`${DELIBERATE}, .desk-answered`);
  if (!button || button.matches(".desk-watched")) return;
  // Some parts of a panel tell it themselves.
  const told = (button.closest(".desk-answers") ?? button.closest(".desk"))?.querySelector(".desk-told, .desk-answer");
  if (!told) return;
  const follow = new MutationObserver(() => told.scrollIntoView({ block: "nearest" }));
  follow.observe(told, { childList: true, subtree: true });
  setTimeout(() => follow.disconnect(), ANSWERS_WITHIN);
};

export default {
  render({ el }) {
    const guard = () => {
      const output = el.closest(".jp-OutputArea") ?? el.getRootNode().body;
      if (!output || output.dataset.deskKeys) return;
      output.dataset.deskKeys = "guarded";
      output.addEventListener("focusin", (event) => quiet(event.target), true);
      // A quick operator may be in a list before this script has arrived.
      if (output.contains(document.activeElement)) quiet(document.activeElement);
      output.addEventListener("keydown", pressed, true);
      output.addEventListener("click", answered, true);
    };
    requestAnimationFrame(guard);
  },
};
