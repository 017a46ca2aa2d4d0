import { block, code, prose, type Part } from './rich-text.js';

/** Fenced code of Markdown; a fence that is never closed goes on to the end. */
const FENCED = /^```([\w+#.-]{0,20})[^\n]*\n([\s\S]*?)(?:^```[ \t]*$|(?![\s\S]))/gm;
/** Not where its neighbours would make something else of it together with it, such as a link. */
const INLINE = /(?<![\p{L}\p{N}_@/#$.:-])`([^`\n]{1,200})`(?![\p{L}\p{N}_@/-]|\.[\p{L}\p{N}_])/gu;

/** An answer that a model wrote in Markdown: its code as code, everything else as the prose that it is. */
export function answerParts(text: string): Part[] {
  const lines = text.replaceAll('\r\n', '\n');
  return around(lines, FENCED, ([, language = '', content = '']) => block(content, language), inlineParts);
}

function inlineParts(text: string): Part[] {
  return around(
    text,
    INLINE,
    ([, content = '']) => code(content),
    (rest) => [prose(rest)],
  );
}

/** What matches, and between it what does not. */
function around(
  text: string,
  pattern: RegExp,
  matched: (match: RegExpExecArray) => Part,
  rest: (text: string) => Part[],
): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(...(match.index > from ? rest(text.slice(from, match.index)) : []), matched(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(...rest(text.slice(from)));
  return parts;
}
