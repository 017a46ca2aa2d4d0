/** Verbs whose past is not made by rule. */
const IRREGULAR = new Map(
  Object.entries({
    begin: 'began',
    bind: 'bound',
    build: 'built',
    buy: 'bought',
    choose: 'chose',
    cut: 'cut',
    do: 'did',
    draw: 'drew',
    feed: 'fed',
    find: 'found',
    get: 'got',
    give: 'gave',
    go: 'went',
    hide: 'hid',
    hold: 'held',
    keep: 'kept',
    leave: 'left',
    make: 'made',
    pay: 'paid',
    put: 'put',
    read: 'read',
    reset: 'reset',
    run: 'ran',
    sell: 'sold',
    send: 'sent',
    set: 'set',
    show: 'showed',
    shut: 'shut',
    spend: 'spent',
    split: 'split',
    spread: 'spread',
    take: 'took',
    tell: 'told',
    withdraw: 'withdrew',
    write: 'wrote',
  }),
);

/** Verbs that functions are named by and whose past is made by rule. */
const REGULAR = new Set(
  `abort accept acquire activate add advance allocate append apply approve archive arrive assign attach authenticate
  backup book broadcast calculate call cancel change charge check clean clear close collect combine commit compile
  compute configure confirm connect convert copy create credit deactivate debit decode decrease delete deliver
  deposit deregister detach disable disconnect discard dispatch dock download drain drop emit empty enable encode
  enqueue dequeue enter evict execute exit expire export extend extract fetch fill filter finish fire flush format
  generate handle import increase increment decrement initialize insert install invalidate invoke join launch list
  load lock log lower mark measure merge migrate modify moor move name normalize notify open order parse pause
  perform place plan pop populate post prepare prepend print process prune publish pull purge push query raise
  record refresh refund refuel register reject release reload remove rename render renew repair replace report
  request reserve resize resolve restart restore resume retire retrieve retry return revoke rotate sail save scan
  schedule search select ship shift sign skip sort start stop store submit subscribe suspend swap switch sync
  toggle track train transfer transform trigger trim undock uninstall unload unlock unregister unsubscribe update ask
  upgrade upload use validate verify visit wait anchor berth board hire promote rent repaint`
    .trim()
    .split(/\s+/),
);
/** Verbs of two syllables or more that still double their last letter. */
const DOUBLED = new Set(['commit', 'submit', 'transfer', 'emit']);

/** The words of a name in snake_case or CamelCase, in lower case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((word) => word !== '');
}

export function isVerb(word: string): boolean {
  return REGULAR.has(word) || IRREGULAR.has(word);
}

/** `add` → `added`. */
export function past(verb: string): string {
  const special = IRREGULAR.get(verb);
  if (special !== undefined) return special;
  if (verb.endsWith('e')) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  return `${doubled(verb)}ed`;
}

/** `add` → `adding`. */
export function gerund(verb: string): string {
  if (/[^aeioy]e$/.test(verb) || /[aeiou][^aeiou]e$/.test(verb)) return `${verb.slice(0, -1)}ing`;
  return `${doubled(verb)}ing`;
}

function doubled(verb: string): string {
  const shortVerb = /^[^aeiou]*[aeiou][bdfgklmnprstz]$/.test(verb);
  const suffixed = /^(un|re|over)?(set|get|put|cut|run|begin|split|shut|ship|skip|plan)$/.test(verb);
  return shortVerb || suffixed || DOUBLED.has(verb) ? `${verb}${verb.at(-1) ?? ''}` : verb;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

export function article(noun: string): string {
  return /^[aeio]|^u(?!s[aeiou]|ni[^nm]|t[io])/i.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** Names whose values must not reach a log. */
export function isSecretName(name: string): boolean {
  return /passw|pwd|secret|token|credential|api_?key|private_?key|access_?key|auth|cookie|pin$|ssn|cvv|card/i.test(
    name,
  );
}
