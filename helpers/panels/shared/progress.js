// A bar of the browser's own kind: a screen reader hears its name, and how far it is.
export default {
  render({ model, el }) {
    const bar = document.createElement("progress");
    const draw = () => {
      const { value, max } = { value: model.get("value"), max: model.get("max") };
      Object.assign(bar, { max, value });
      bar.setAttribute("aria-label", model.get("label"));
      bar.setAttribute("aria-valuetext", max === 100 ? `${value} %` : `${value} of ${max}`);
    };
    model.on("change", draw);
    draw();
    el.append(bar);
    return () => model.off("change", draw);
  },
};
