// Underlines, while a Swift cell is written, what the compiler finds wrong with it, and says what on hovering.
//
// This is a prebuilt extension of JupyterLab that nothing had to build: JupyterLab finds it in `_JUPYTERLAB`, hands its own modules
// to `init`, and asks `get` for the plugin. The kernel is asked through a comm, so neither cells nor the history notice.

(() => {
  'use strict';

  const TARGET = 'swiftlet.diagnostics';
  /** Milliseconds without a keystroke before the kernel is asked. */
  const PAUSE = 500;

  /** JupyterLab's modules, by name and version. */
  let shared;

  /** One of JupyterLab's own modules: of several versions the one that it runs with itself. */
  async function load(name) {
    const versions = Object.values(shared[name] ?? {});
    const own = versions.find(version => version.loaded) ?? versions[0];
    if (!own) throw new Error(`JupyterLab does not share ${name}`);
    return (await own.get())();
  }

  /** The underlines of an editor, and the messages below the pointer. */
  function createMarks({ EditorView, Decoration, hoverTooltip }, { StateEffect, StateField }) {
    const replace = StateEffect.define();
    const field = StateField.define({
      create: () => Decoration.none,
      update(marks, transaction) {
        for (const effect of transaction.effects) if (effect.is(replace)) return effect.value;
        return marks.map(transaction.changes);
      },
      provide: field => EditorView.decorations.from(field)
    });
    const tooltip = hoverTooltip((view, position) => {
      let found = null;
      view.state.field(field).between(position, position, (from, to, mark) => {
        found ??= { pos: from, end: to, above: true, create: () => ({ dom: describe(mark.spec.message) }) };
      });
      return found;
    });
    const theme = EditorView.baseTheme({
      '.swiftlet-mistake': { textDecoration: 'underline wavy var(--jp-error-color1)', textDecorationSkipInk: 'none' },
      '.swiftlet-message': { padding: '4px 8px', whiteSpace: 'pre-wrap', maxWidth: '60em', fontFamily: 'var(--jp-code-font-family)' }
    });
    function describe(message) {
      const element = document.createElement('div');
      element.className = 'swiftlet-message';
      element.textContent = message;
      return element;
    }
    return {
      extension: [field, tooltip, theme],
      /** Whether something is underlined in an editor. */
      exist: view => view.state.field(field, false)?.size > 0,
      /** Underlines these diagnostics and nothing else. */
      show(view, diagnostics) {
        const places = codePointIndices(view.state.doc.toString());
        const marks = diagnostics
          .map(({ start, end, message }) => ({ from: places(start), to: places(end), message }))
          .filter(({ from, to }) => from < to)
          .map(({ from, to, message }) => Decoration.mark({ class: 'swiftlet-mistake', message }).range(from, to));
        view.dispatch({ effects: replace.of(Decoration.set(marks, true)) });
      }
    };
  }

  /** Where in a text the code point of a number is: the kernel counts those, JavaScript halves of some. */
  function codePointIndices(text) {
    const indices = [0];
    for (const character of text) indices.push(indices.at(-1) + character.length);
    return number => indices[Math.min(number, indices.length - 1)];
  }

  /** Asks kernels what is wrong with cells. Each answers through a comm of its own, in order. */
  function createClient() {
    const comms = new WeakMap();
    let serial = 0;

    function commTo(kernel) {
      const known = comms.get(kernel);
      if (known && !known.comm.isDisposed) return known;
      const entry = { comm: kernel.createComm(TARGET), serial: 0, receive: null };
      entry.comm.onMsg = message => {
        const { serial, diagnostics } = message.content.data;
        if (serial === entry.serial) entry.receive(diagnostics);
      };
      entry.comm.onClose = () => comms.delete(kernel);
      entry.comm.open();
      comms.set(kernel, entry);
      return entry;
    }

    return (kernel, code, receive) => {
      const entry = commTo(kernel);
      Object.assign(entry, { serial: ++serial, receive });
      entry.comm.send({ serial, code });
    };
  }

  async function createPlugin() {
    const [view, state, codemirror, notebook] = await Promise.all(
      ['@codemirror/view', '@codemirror/state', '@jupyterlab/codemirror', '@jupyterlab/notebook'].map(load)
    );
    const marks = createMarks(view, state);
    const ask = createClient();
    const timers = new WeakMap();

    return {
      id: 'swiftlet:diagnostics',
      description: 'Underlines mistakes in Swift cells while they are written.',
      autoStart: true,
      requires: [notebook.INotebookTracker, codemirror.IEditorExtensionRegistry],
      activate(app, notebooks, editors) {
        /** The kernel of the notebook that a code cell's editor is in. */
        function kernelOf(editor) {
          const holds = cell => cell.model.type === 'code' && cell.editor?.editor === editor;
          return notebooks.find(panel => panel.content.widgets.some(holds))?.sessionContext.session?.kernel;
        }

        async function check(editor) {
          const kernel = kernelOf(editor);
          if (!kernel || (await kernel.info).implementation !== 'swiftlet') return;
          if (kernel.status !== 'idle') return schedule(editor);
          const text = editor.state.doc;
          ask(kernel, text.toString(), diagnostics => {
            if (editor.state.doc.eq(text)) marks.show(editor, diagnostics);
          });
        }

        function schedule(editor) {
          clearTimeout(timers.get(editor));
          timers.set(editor, setTimeout(() => check(editor), PAUSE));
        }

        const listener = view.EditorView.updateListener.of(update => {
          if (update.docChanged) schedule(update.view);
        });
        editors.addExtension({
          name: 'swiftlet-diagnostics',
          factory: () => codemirror.EditorExtensionRegistry.createImmutableExtension([marks.extension, listener])
        });
        // What a cell declares may be what others missed.
        notebook.NotebookActions.executed.connect((_, { notebook }) => {
          for (const cell of notebook.widgets) {
            const editor = cell.editor?.editor;
            if (editor && marks.exist(editor)) schedule(editor);
          }
        });
      }
    };
  }

  (window._JUPYTERLAB ??= {}).swiftlet = {
    init(scope) {
      shared = scope;
    },
    async get(module) {
      if (module !== './extension') throw new Error(`swiftlet has no module ${module}`);
      const plugin = await createPlugin();
      return () => plugin;
    }
  };
})();
