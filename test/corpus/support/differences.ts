/** Where two JSON values differ: `functions[3].signature: "(a)" instead of "(a, b)"`. */
export function differences(found: unknown, expected: unknown, place = ''): string[] {
  if (Object.is(found, expected)) return [];
  if (Array.isArray(found) && Array.isArray(expected)) return listDifferences(found, expected, place);
  if (!isRecord(found) || !isRecord(expected))
    return [`${place}: ${show(found)} instead of ${show(expected)}`];
  const keys = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...keys].flatMap((key) =>
    differences(found[key], expected[key], place === '' ? key : `${place}.${key}`),
  );
}

function listDifferences(found: readonly unknown[], expected: readonly unknown[], place: string): string[] {
  if (found.length !== expected.length) {
    const names = `${show(found.map(nameOf))} instead of ${show(expected.map(nameOf))}`;
    return [`${place}: ${found.length} instead of ${expected.length}: ${names}`];
  }
  return found.flatMap((each, index) => differences(each, expected[index], `${place}[${index}]`));
}

function nameOf(value: unknown): unknown {
  return isRecord(value) ? (value['qualifiedName'] ?? value['name'] ?? value['module']) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
