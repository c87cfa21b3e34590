// A Lua in JavaScript, which ships no types.
declare module 'fengari' {
  export const lua: Record<string, (...args: any[]) => any> & { LUA_OK: number; LUA_TNUMBER: number; LUA_TSTRING: number; LUA_TTABLE: number };
  export const lauxlib: Record<string, (...args: any[]) => any>;
  export const lualib: Record<string, (...args: any[]) => any>;
  export function to_luastring(text: string): Uint8Array;
}
