// HTML with real buttons in it, for the mouse and for the keyboard.  Which one was pressed is told to the kernel by the
// button's own data-press; what comes of it comes back as other HTML, and the focus stays on the same button.
export default {
  render({ model, el }) {
    el.classList.add("desk-pressable");
    const draw = () => {
      const focused = el.contains(document.activeElement) ? document.activeElement.dataset.press : undefined;
      el.innerHTML = model.get("html");
      mark();
      if (focused !== undefined) buttons().find(({ dataset, tabIndex }) => dataset.press === focused && tabIndex >= 0)?.focus();
    };
    const mark = () => {
      for (const button of buttons()) {
        button.disabled = model.get("disabled");
        button.setAttribute("aria-pressed", model.get("pressed").includes(button.dataset.press));
      }
    };
    const buttons = () => [...el.querySelectorAll("button[data-press]")];
    el.addEventListener("click", (event) => {
      const button = event.target.closest("[data-press]"); // a link opens what it names besides
      if (button && !button.disabled) model.send({ press: button.dataset.press });
    });
    model.on("change:html", draw);
    model.on("change:pressed change:disabled", mark);
    draw();
    return () => { model.off("change:html", draw); model.off("change:pressed change:disabled", mark); };
  },
};
