// Loaded before the suite: what a program that trusts nobody does to the built-ins. Run with --disable-proto=throw.
for (const builtin of [Object, Function, Array, Promise, Error, Map, Set, WeakMap, Symbol, RegExp]) {
  Object.freeze(builtin);
  Object.freeze(builtin.prototype);
}
