// The file comes as a message: it is in no state that could be saved, and needs no address on the server.
export default {
  render({ model, el }) {
    const button = document.createElement("button");
    button.className = "jupyter-button widget-button desk-download";
    const draw = () => {
      button.textContent = `Download ${model.get("name")}`;
      button.style.display = model.get("name") ? "" : "none";
    };
    // The message reaches every view of the widget; the one that was pressed takes it.
    let asked = false;
    button.addEventListener("click", () => { asked = true; model.send("download"); });
    model.on("msg:custom", (name, [content]) => {
      if (!asked) return;
      asked = false;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([content]));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
    model.on("change:name", draw);
    draw();
    el.append(button);
  },
};
