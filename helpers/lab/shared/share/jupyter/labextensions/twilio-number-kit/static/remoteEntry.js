// "Run all cells", as an operator means it: wait for the kernel, run, and go to where reading begins.
//
// JupyterLab's own command runs nothing, and says nothing, while the kernel is still being started, and leaves the
// reader at the end of the notebook.
//
// This file is what a bundler would make of a JupyterLab extension: JupyterLab hands over the modules that it shares,
// asks window._JUPYTERLAB[name in package.json] for "./extension", and starts the plugins that it gets.

// It is loaded as a plain script: outside of this function every name would be the page's own.
(() => {
  "use strict";

  const COMMAND = "number-kit:run-all";
  const OPEN = "number-kit:open";
  // Milliseconds. A kernel that cannot be started never becomes ready, and JupyterLab says so by itself.
  const PATIENCE = 120_000;

  let modules;

  // Import a module of JupyterLab's own.
  async function shared(name) {
    const [version] = Object.values(modules[name]);
    return (await version.get())();
  }

  const top = ({ node }) => node.getBoundingClientRect().top;
  const outputs = ({ model }) => (model.type === "code" ? model.outputs.toJSON() : []);
  const shows = (test) => (cell) => outputs(cell).some(test);

  async function kernelOf({ context, sessionContext }) {
    await context.ready;
    await sessionContext.ready;
    await sessionContext.session?.kernel?.info;
  }

  // The cell to go to: an error, because nothing ran below it; else the first that shows anything, which is the box that
  // says where one is. Reading begins there, and the panel stands below it.
  function worthSeeing(cells) {
    return cells.find(shows((output) => output.output_type === "error")) ?? cells.find(shows(Boolean));
  }

  // Keep a cell at one height, for as long as its neighbours still move it: they get their real height only when they
  // come into sight.
  async function hold(notebook, cell, height, undisturbed) {
    for (let frame = 0, still = 0; frame < 60 && still < 10 && undisturbed(); frame++) {
      await new Promise(requestAnimationFrame);
      const off = top(cell) - top(notebook) - height;
      still = Math.abs(off) < 1 ? still + 1 : 0;
      notebook.outerNode.scrollTop += off;
    }
  }

  async function bringIntoSight(notebook, cell, undisturbed) {
    const place = notebook.widgets.indexOf(cell);
    notebook.activeCellIndex = place;
    await notebook.scrollToItem(place, "start");
    await hold(notebook, cell, 0, undisturbed);
  }

  // Wait until somebody comes back to a notebook, or until it is closed.
  const inFront = ({ shell }, panel) =>
    new Promise((seen) => {
      const look = () => {
        if (shell.currentWidget !== panel && !panel.isDisposed) return;
        shell.currentChanged.disconnect(look);
        seen();
      };
      shell.currentChanged.connect(look);
      look();
    });

  async function runAll(app, panel) {
    const notebook = panel.content;
    // Whoever scrolls, types or clicks from the press on stays where they are.
    const end = new AbortController();
    let signs = 0;
    for (const sign of ["wheel", "keydown", "pointerdown"]) {
      notebook.node.addEventListener(sign, () => signs++, { capture: true, signal: end.signal });
    }
    await Promise.race([kernelOf(panel), new Promise((gone) => setTimeout(gone, PATIENCE))]);
    const [{ NotebookActions }, { SessionContextDialogs }] = await Promise.all(
      ["@jupyterlab/notebook", "@jupyterlab/apputils"].map(shared),
    );
    if (notebook.isDisposed) return;
    const read = notebook.widgets.find((cell) => cell.node.getBoundingClientRect().bottom > top(notebook));
    const before = { signs, height: read && top(read) - top(notebook) };
    // Not by JupyterLab's command: that runs the notebook in front, and somebody may have gone to another one meanwhile.
    const ran = NotebookActions.runAll(notebook, panel.sessionContext, new SessionContextDialogs());
    // It goes to the last cell at once; until there is something to see, everybody stays where they are.
    if (read) await hold(notebook, read, before.height, () => signs === before.signs);
    await ran;
    await inFront(app, panel);
    const cell = notebook.isDisposed ? undefined : worthSeeing(notebook.widgets);
    if (cell && signs === 0) await bringIntoSight(notebook, cell, () => signs === 0);
    end.abort();
  }

  const plugin = {
    id: "twilio-number-kit:run-all",
    autoStart: true,
    activate(app) {
      const busy = new Set();
      const front = () => app.shell.currentWidget;
      app.commands.addCommand(COMMAND, {
        label: () => (busy.has(front()) ? "Running…" : "Run all cells"),
        caption: "Run every cell, then go to the box and the panel",
        isEnabled: () => Boolean(front()?.sessionContext && front().content?.scrollToItem),
        execute: () => runOnce(front()),
      });
      async function runOnce(panel) {
        if (busy.has(panel)) return;
        busy.add(panel);
        app.commands.notifyCommandChanged(COMMAND);
        try {
          await runAll(app, panel);
        } finally {
          busy.delete(panel);
          app.commands.notifyCommandChanged(COMMAND);
        }
      }
      // A link to another notebook of the kit: it opens beside this one, and runs where nothing in it ran yet. No
      // kernel knows a path that JupyterLab knows, so the link names the file only.
      app.commands.addCommand(OPEN, {
        label: "Open a notebook of the kit",
        async execute({ name }) {
          const path = front().context.path.replace(/[^/]*$/, name);
          const panel = await app.commands.execute("docmanager:open", { path });
          await panel.context.ready;
          if (!panel.content.widgets.some(shows(Boolean))) await runOnce(panel);
        },
      });
    },
  };

  (window._JUPYTERLAB ??= {})["twilio-number-kit"] = {
    init(scope) {
      modules = scope;
    },
    get: async () => () => ({ __esModule: true, default: [plugin] }),
  };
})();
