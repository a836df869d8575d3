// JupyterLab's command-mode keys stay live while a list or a button in an output has the focus:
// "d d" would delete the panel's cell, and the arrows would walk through cells instead of options.
// Lab leaves keys alone only where the focused element itself says so.
export default {
  render({ el }) {
    el.style.display = "none";
    const guard = () => {
      const output = el.closest(".jp-OutputArea") ?? el.getRootNode().body;
      if (!output || output.dataset.deskKeys) return;
      output.dataset.deskKeys = "guarded";
      output.addEventListener("focusin", (event) => { event.target.dataset.lmSuppressShortcuts = "true"; }, true);
    };
    requestAnimationFrame(guard);
  },
};
