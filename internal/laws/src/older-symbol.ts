/** `Symbol` of a runtime that lacks one of its members. */
export function symbolWithout(missing: 'dispose' | 'asyncDispose'): SymbolConstructor {
  const native = Symbol;
  const older = (description?: string): symbol => native(description);
  for (const name of Object.getOwnPropertyNames(native)) {
    if (name !== missing && !(name in older)) Object.defineProperty(older, name, { value: Reflect.get(native, name) });
  }
  return older as SymbolConstructor;
}

/** Runs a test on such a runtime. */
export function onRuntimeWithout(missing: 'dispose' | 'asyncDispose', test: () => void): void {
  const native = Symbol;
  globalThis.Symbol = symbolWithout(missing);
  try {
    test();
  } finally {
    globalThis.Symbol = native;
  }
}
