import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { below, pages, read, ROOT } from './documents.js';

interface Rule {
  readonly name: string;
  readonly comment?: string;
}
const rules: { forbidden: Rule[] } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));

/** What the dependency rules let a library or an app import; undefined for one that has no such rule. */
function allowedTo(folder: string): string[] | undefined {
  const name = folder.split('/')[1] ?? '';
  const rule = rules.forbidden.find((each) => each.name === `${name}-imports-only-what-it-may`);
  return /may import: (.*) \(/.exec(rule?.comment ?? '')?.[1]?.split(', ');
}

/** The libraries that the page of a library or an app says it may import. */
function claimedBy(page: string): string[] {
  const claim = /May import[^a-z]*([\s\S]*?)(?:[;.]\s|\n\n|$)/i.exec(page)?.[1] ?? '';
  const names = below('libs').map((folder) => folder.slice('libs/'.length));
  return names.filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(claim));
}

/** As GitHub makes anchors of headings. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with a link of a page; undefined for a good one and for one to elsewhere. */
function wrongLink(page: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined || anchorsOf(read(target)).includes(anchor)) return undefined;
  return `${link}: ${target} has no such heading`;
}

describe.each(pages())('%s', (page) => {
  it('links only to what there is', () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.flatMap((link) => wrongLink(page, link) ?? [])).toEqual([]);
  });

  it('names no folder of the machine that it was written on', () => {
    const text = read(page);
    const own = [ROOT, homedir() === '/' ? undefined : `${homedir()}/`];
    expect(own.filter((path) => path !== undefined && text.includes(path))).toEqual([]);
  });
});

describe.each([...below('libs'), ...below('apps')])('%s', (folder) => {
  it('has a page of its own, on which it claims no import that the rules forbid', () => {
    const page = read(`${folder}/README.md`);
    expect(page).toMatch(/may import/i);
    const allowed = allowedTo(folder) ?? [];
    expect(claimedBy(page).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(page.split('\n').length).toBeLessThan(70);
  });
});

describe('docs/adr', () => {
  it('has numbered records, each with context, decision and consequences', () => {
    const records = pages().filter((page) => page.startsWith('docs/adr/'));
    const wrong = records.filter((page) => {
      const text = read(page);
      const sections = ['## Context', '## Decision', '## Consequences'];
      return (
        !/\/\d{4}-[a-z0-9-]+\.md$/.test(page) || sections.some((heading) => !text.includes(`\n${heading}\n`))
      );
    });
    expect(wrong).toEqual([]);
    const numbers = records.map((page) => Number(/\d{4}/.exec(page)?.[0])).sort((a, b) => a - b);
    expect(numbers).toEqual(records.map((_, index) => index + 1));
  });
});

describe('docs/architecture.md', () => {
  it('lists every decision record, and the list says nothing more', () => {
    const listed = [...read('docs/architecture.md').matchAll(/^(\d+)\. \[[^\]]+\]\((.+)\)$/gm)];
    const records = pages().flatMap((page) => /^docs\/(adr\/.+)$/.exec(page)?.[1] ?? []);
    expect(listed.map(([, , link]) => link)).toEqual(records.sort());
    expect(listed.map(([, number]) => Number(number))).toEqual(records.map((_, index) => index + 1));
  });
});
