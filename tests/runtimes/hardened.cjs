// Loaded before the suite: freezes the built-ins, like a hardened program. Run with --disable-proto=throw.
for (const builtin of [Object, Function, Array, Promise, Error, Map, Set, WeakMap, Symbol, RegExp]) {
  Object.freeze(builtin);
  Object.freeze(builtin.prototype);
}
