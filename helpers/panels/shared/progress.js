// A bar of the browser's own kind: a screen reader hears its name, and how far it is.

// How much of a panel must be seen for its bar to have room there, in pixels.
const ROOM = 100;

// Keeps a bar that stays in sight where its panel is not: in the browser's top layer, at the window's edge.
const stay = (host) => {
  const panel = host.parentElement, [stop] = host.getElementsByTagName("button");
  let seen = true;
  const draw = () => {
    const isUnderWay = host.style.display !== "none" && stop.style.display !== "none";
    const away = isUnderWay && !seen;
    if (away === host.hasAttribute("popover")) return;
    // The panel keeps its height, so nothing moves under the reader.
    panel.style.paddingBottom = away ? `${host.offsetHeight + parseFloat(getComputedStyle(panel).rowGap || 0)}px` : "";
    if (away) host.setAttribute("popover", "manual");
    if (away) host.showPopover();
    else host.removeAttribute("popover");
  };
  const look = ([entry]) => {
    seen = entry.isIntersecting;
    draw();
  };
  const root = host.closest(".jp-WindowedPanel-outer");
  const sight = new IntersectionObserver(look, { root, rootMargin: `-${ROOM}px 0px` });
  const changes = new MutationObserver(draw);
  sight.observe(panel);
  changes.observe(host, { attributes: true, attributeFilter: ["style"], subtree: true });
  return () => [sight, changes].forEach((each) => each.disconnect());
};

export default {
  render({ model, el }) {
    const bar = document.createElement("progress");
    let end = () => {};
    const draw = () => {
      const { value, max } = { value: model.get("value"), max: model.get("max") };
      Object.assign(bar, { max, value });
      bar.setAttribute("aria-label", model.get("label"));
      bar.setAttribute("aria-valuetext", max === 100 ? `${value} %` : `${value} of ${max}`);
    };
    // It has no panel before it is on the screen.
    const arrival = new IntersectionObserver(([entry]) => {
      const host = entry.isIntersecting && el.closest(".desk-stays");
      if (!host) return;
      arrival.disconnect();
      end = stay(host);
    });
    model.on("change", draw);
    draw();
    el.append(bar);
    arrival.observe(bar);
    return () => {
      arrival.disconnect();
      end();
      model.off("change", draw);
    };
  },
};
