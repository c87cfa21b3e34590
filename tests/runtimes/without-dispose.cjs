// Loaded before the suite: simulates a runtime without Symbol.dispose. The property itself cannot be deleted.
const Native = Symbol;
const { dispose: _dispose, asyncDispose: _asyncDispose, ...known } = Object.getOwnPropertyDescriptors(Native);

/** @type {(description?: string) => symbol} */
const Older = (description) => Native(description);
globalThis.Symbol = /** @type {SymbolConstructor} */ (Object.defineProperties(Older, known));
