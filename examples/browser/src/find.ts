/** The element with this id, which must be of this kind. */
export function find<E extends HTMLElement>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`#${id} must be a ${kind.name}`);
}
