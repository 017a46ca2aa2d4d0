/** What stands in a prompt where a secret stood. An answer that holds it must not be written over the secret. */
export const MASK = '[masked]';

/** Secrets that are known by their form alone. */
const BY_FORM: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\bgh[oprsu]_[A-Za-z0-9]{30,}\b/g,
  /\bgithub_pat_\w{40,}\b/g,
  /\bglpat-[\w-]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bsk-(?=[\w-]*\d)[\w-]{20,}/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[\w-]{50,}/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g,
  /\b\d{8,10}:[\w-]{35}(?![\w-])/g,
];

const PRIVATE_KEY =
  /(-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)([\s\S]*?)(-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)/g;
const BEARER = /\b(Bearer|Basic)([ \t]+)(?=[\w.~+/-]*\d)([\w.~+/-]{16,}=*)/g;
const URL_PASSWORD = /\b([a-z][a-z\d+.-]*:\/\/[^\s/:@'"<>{}]*:)([^\s/@'"<>{}$%]+)(@)/gi;

const SECRET_WORDS =
  '(?:passw(?:or)?d|passwd|passphrase|secret|token|api_?key|access_?key|secret_?key|private_?key|credentials?)';
/** `password = "…"`, `"password": "…"`, `password: str = "…"`. */
const QUOTED = new RegExp(
  `\\b(\\w*${SECRET_WORDS})(["']?\\]?\\s*(?::\\s*[\\w.\\[\\] |]+?\\s*)?[=:]\\s*[rbRB]?)(["'])([^"'\\n]{4,})\\3`,
  'gi',
);
/** `PASSWORD=…` on a line of its own, as in an environment file. */
const UNQUOTED = new RegExp(
  `^(\\s*(?:export\\s+)?)(\\w*${SECRET_WORDS.toUpperCase()})(=)([^\\s"'#]{6,})`,
  'gm',
);

/**
 * The text with its real secrets masked: keys and tokens of known forms, private keys, assignments to passwords and
 * the like, bearer tokens, passwords in URLs. Lines stay as many and where they are, and code that only speaks of
 * secrets stays as it is, since a coder must find it again.
 */
export function maskSecrets(text: string): string {
  let masked = text.replace(
    PRIVATE_KEY,
    (_all, begin: string, body: string, end: string) =>
      begin + body.replace(/[^\r\n]*\S[^\r\n]*/g, MASK) + end,
  );
  for (const form of BY_FORM) masked = masked.replace(form, MASK);
  return masked
    .replace(BEARER, `$1$2${MASK}`)
    .replace(URL_PASSWORD, `$1${MASK}$3`)
    .replace(QUOTED, (all, name: string, between: string, quote: string, value: string) =>
      isSecret(name, value) ? `${name}${between}${quote}${MASK}${quote}` : all,
    )
    .replace(UNQUOTED, (all, lead: string, name: string, equals: string, value: string) =>
      isSecret(name, value) && !value.includes('(') ? `${lead}${name}${equals}${MASK}` : all,
    );
}

/** Whether a value given to a secret's name is one, and not a name, a placeholder or words for people. */
function isSecret(name: string, value: string): boolean {
  if (value.includes(MASK) || /\s|[<>{}]|%[sdr(]|^\$|^\*+$|\.\.\./.test(value)) return false;
  if (/^(changeme|change_me|your|example|placeholder|none|null|true|false|test|dummy)/i.test(value))
    return false;
  if (value.toLowerCase() === name.toLowerCase()) return false;
  if (/passw|passphrase/i.test(name)) return true;
  // A token's or a key's name is often given a word: `token_type = "bearer"`, `api_key = "X-Api-Key"`.
  return value.length >= 8 && /\d/.test(value) && !/^[a-z]+([_-][a-z\d]+)+$/.test(value);
}
