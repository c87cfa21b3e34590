import { lauxlib, lua, lualib, to_luastring } from 'fengari';
import { call, type LuaWorld } from './lua-world.ts';

type Value = string | number | null | Value[];

/** Runs the texts of scripts in a Lua in JavaScript, on a world of ours. */
export class Lua {
  readonly #state = lauxlib.luaL_newstate?.();
  readonly #loaded = new Map<string, number>();
  #world: LuaWorld | undefined = undefined;

  constructor() {
    const state = this.#state;
    lualib.luaL_openlibs?.(state);
    lua.lua_createtable?.(state, 0, 2);
    lua.lua_pushcfunction?.(state, () => this.#call());
    lua.lua_setfield?.(state, -2, to_luastring('call'));
    lua.lua_pushcfunction?.(state, () => 1);
    lua.lua_setfield?.(state, -2, to_luastring('error_reply'));
    lua.lua_setglobal?.(state, to_luastring('redis'));
  }

  run(text: string, keys: readonly string[], args: readonly string[], world: LuaWorld): Value[] {
    const state = this.#state;
    this.#world = world;
    this.#push([...keys]);
    lua.lua_setglobal?.(state, to_luastring('KEYS'));
    this.#push([...args]);
    lua.lua_setglobal?.(state, to_luastring('ARGV'));
    this.#load(text);
    if (lua.lua_pcall?.(state, 0, 1, 0) !== lua.LUA_OK) {
      const message = lua.lua_tojsstring?.(state, -1);
      lua.lua_settop?.(state, 0);
      throw new Error(message);
    }
    const result = this.#pop();
    lua.lua_settop?.(state, 0);
    return Array.isArray(result) ? result : [result];
  }

  // Each text is compiled once.
  #load(text: string): void {
    const state = this.#state;
    let ref = this.#loaded.get(text);
    if (ref === undefined) {
      if (lauxlib.luaL_loadstring?.(state, to_luastring(text)) !== lua.LUA_OK) {
        throw new Error(lua.lua_tojsstring?.(state, -1));
      }
      ref = lauxlib.luaL_ref?.(state, lua.LUA_REGISTRYINDEX) as number;
      this.#loaded.set(text, ref);
    }
    lua.lua_rawgeti?.(state, lua.LUA_REGISTRYINDEX, ref);
  }

  #call(): number {
    const state = this.#state;
    const count = lua.lua_gettop?.(state) as number;
    const command = Array.from({ length: count }, (_, i) => this.#text(i + 1));
    this.#push(call(this.#world as LuaWorld, command));
    return 1;
  }

  // As the server writes a number: with up to 17 digits.
  #text(index: number): string {
    const state = this.#state;
    if (lua.lua_type?.(state, index) === lua.LUA_TNUMBER) return String(lua.lua_tonumber?.(state, index));
    return lua.lua_tojsstring?.(state, index) as string;
  }

  #push(value: Value): void {
    const state = this.#state;
    if (value === null) lua.lua_pushboolean?.(state, 0);
    else if (typeof value === 'number') lua.lua_pushinteger?.(state, value);
    else if (typeof value === 'string') lua.lua_pushstring?.(state, to_luastring(value));
    else {
      lua.lua_createtable?.(state, value.length, 0);
      value.forEach((item, i) => {
        this.#push(item);
        lua.lua_rawseti?.(state, -2, i + 1);
      });
    }
  }

  #pop(): Value {
    const state = this.#state;
    const type = lua.lua_type?.(state, -1);
    if (type === lua.LUA_TNUMBER) return Math.trunc(lua.lua_tonumber?.(state, -1));
    if (type === lua.LUA_TSTRING) return lua.lua_tojsstring?.(state, -1);
    if (type !== lua.LUA_TTABLE) return null;
    const length = lua.lua_rawlen?.(state, -1) as number;
    return Array.from({ length }, (_, i) => {
      lua.lua_rawgeti?.(state, -1, i + 1);
      const item = this.#pop();
      lua.lua_settop?.(state, -2);
      return item;
    });
  }
}
