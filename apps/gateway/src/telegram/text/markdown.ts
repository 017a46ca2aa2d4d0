/** Control and format characters, such as those that turn the direction of writing. */
const UNSEEN = /(?![\n\t\u200d])[\p{Cc}\p{Cf}]/gu;
/** What can begin something in CommonMark or its GitHub flavour: markup, HTML, links by themselves, mathematics. */
const SPECIAL = /[\\`*_{}[\]<>()#+\-.!|~&:@$]/g;

/** Text of others on one line, that is nothing but text in a document of Markdown. */
export function escaped(text: string): string {
  return text.replaceAll(UNSEEN, '').replaceAll(/\s+/g, ' ').trim().replaceAll(SPECIAL, '\\$&');
}

/** A name or path of others as code. */
export function codeSpan(text: string): string {
  const shown = text.replaceAll(UNSEEN, '').replaceAll(/\s+/g, ' ').trim();
  if (shown === '') return '';
  const fence = '`'.repeat(longestRun(shown) + 1);
  const space = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return fence + space + shown + space + fence;
}

/** Lines of prose of others, without what is unseen. */
export function quoted(text: string): string {
  return fenced(text.replaceAll(UNSEEN, ''), 'text');
}

/** Lines of others, as they are, behind a fence that nothing in them can close (CommonMark 0.31, "Fenced code blocks"). */
export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[head, head.map(() => '---'), ...rows].map(rowOf).join('\n')}\n`;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Code within a cell of a table, where a bar would end it. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
