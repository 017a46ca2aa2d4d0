import { walk, type Statement } from '../python/source.js';

/** The names of an object's fields: annotated in its class, or assigned to `self` in its `__init__`. */
export function fieldsOf(owner: Statement): string[] {
  const names = new Set<string>();
  for (const { code } of owner.body) {
    const name = /^([^\W\d]\w*)\s*:(?!=)/u.exec(code)?.[1];
    if (name !== undefined && !/ClassVar/.test(code)) names.add(name);
  }
  const init = owner.body.find(({ code }) => /^def\s+__init__\b/.test(code));
  for (const { code } of walk(init?.body ?? [])) {
    const name = /^self\.([^\W\d]\w*)\s*(?::[^=]*)?=(?!=)/u.exec(code)?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names].filter((name) => !/^(pass|else|try|finally)$/.test(name));
}
