// A Lua in JavaScript, which ships no types.
declare module 'fengari' {
  // biome-ignore lint/suspicious/noExplicitAny: the values of Lua
  type Api = Record<string, (...args: any[]) => any>;
  export const lua: Api & {
    readonly LUA_OK: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    readonly LUA_REGISTRYINDEX: number;
  };
  export const lauxlib: Api;
  export const lualib: Api;
  export function to_luastring(text: string): Uint8Array;
}
