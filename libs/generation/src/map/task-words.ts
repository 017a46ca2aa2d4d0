/** Words that say nothing of which code is meant. */
const EMPTY = new Set(
  (
    'a add all an and any are as at be but by can change code do each every file files fix for from function get has have how ' +
    'if in into is it its make me method module my new not of on or project py python so some that the their them then there ' +
    'this to use used uses using want what when where which why with without you your'
  ).split(' '),
);
const MAX_TEXT = 20_000;
const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_]*/gu;

/** What a text says about names: whole identifiers as written, and the words that they and the prose are made of. */
export interface TaskWords {
  readonly identifiers: ReadonlySet<string>;
  readonly parts: ReadonlySet<string>;
}

export function wordsOf(text: string): TaskWords {
  const identifiers = text.slice(0, MAX_TEXT).match(IDENTIFIER) ?? [];
  const parts = identifiers.flatMap(partsOf).filter((part) => part.length > 1 && !EMPTY.has(part));
  return {
    identifiers: new Set(identifiers.filter((name) => !EMPTY.has(name.toLowerCase()))),
    parts: new Set(parts),
  };
}

/** `VesselRepo.find_all` -> vessel, repo, find, all; a plural counts as its singular. */
export function partsOf(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .map((part) => (part.length > 3 ? part.replace(/(?<![isu])s$/, '') : part));
}
