import { classNameOf, type FunctionDefinition, type Parameter } from '../python/definitions.js';
import type { Statement } from '../python/source.js';
import { walkOwn } from '../python/source.js';
import { capitalized, gerund, isSecretName, isVerb, past, wordsOf } from '../words.js';
import { fieldsOf } from './class-fields.js';
import { messageOfLiteral, type Message } from './log-calls.js';
import { PREPOSITIONS } from './prepositions.js';

const ENDS_OPEN = /^(to|from|by|at|in|into|on|onto|with|for)$/;
const MOST_ARGUMENTS = 4;
/** Names of what is too much for a log line. */
const BULK =
  /^(data|text|contents?|body|payload|html|source|buffer|blob|raw|chunks?|frame|df|image|rows|lines|items|records|entries|documents?)$/;

interface Argument {
  readonly label: string;
  readonly expression: string;
}

/** `Cannot add: vessel %s exists already`, in the words of the error itself where it has some. */
export function failureMessage(definition: FunctionDefinition, raise: Statement): Message {
  const [, error = '', argument = ''] = /^raise\s+([\w.]+)\s*(?:\(([\s\S]*)\))?/.exec(raise.text) ?? [];
  const lead = cannot(definition);
  const words = messageOfLiteral(argument.trim().replace(/,$/, ''));
  const given = argumentsOf(definition);
  if (words === null || words.text === '' || words.args.some(isSecretName)) {
    return withArguments({ text: `${lead}: ${error.split('.').at(-1) ?? error}`, args: [] }, given);
  }
  const repeats = words.text.toLowerCase().startsWith(lead.toLowerCase());
  const text = repeats ? capitalized(words.text) : `${lead}: ${words.text}`;
  const message = { text, args: words.args };
  return words.args.length > 0 ? message : inParentheses(message, given);
}

/** `Added to fleet: vessel=%s`; `ahead`, before a `return` that still has to do it: `Removing from fleet: …`. */
export function successMessage(definition: FunctionDefinition, ahead: boolean): Message {
  const [verb = '', ...rest] = nameWords(definition);
  const thing = thingOf(definition);
  const given = identified(definition, argumentsOf(definition));
  if (!isVerb(verb)) {
    const lead = thing.text === '' ? '' : `${capitalized(thing.text)}: `;
    return withArguments({ text: `${lead}${definition.name} done`, args: thing.args }, given);
  }
  const deed = ahead ? gerund(verb) : past(verb);
  if (thing.text === '')
    return withArguments({ text: capitalized([deed, ...rest].join(' ')), args: [] }, given);
  if (ENDS_OPEN.test(rest.at(-1) ?? '')) {
    const text = [capitalized(thing.text), deed, ...rest].join(' ');
    const [only, ...others] = given;
    if (only === undefined || others.length > 0) return withArguments({ text, args: thing.args }, given);
    return { text: `${text} %s`, args: [...thing.args, only.expression] };
  }
  const preposition = PREPOSITIONS.get(verb) ?? (rest.length > 0 ? 'of' : '');
  const text = [capitalized(deed), ...rest, preposition, thing.text].filter((word) => word !== '').join(' ');
  return withArguments({ text, args: thing.args }, given);
}

/** `Loading config: path=%s`; a method that is a verb alone says of what: `Store %s: loading`. */
export function startMessage(definition: FunctionDefinition): Message {
  const [verb = '', ...rest] = nameWords(definition);
  const given = argumentsOf(definition, isPlain);
  if (!isVerb(verb)) return withArguments({ text: `${definition.name} called`, args: [] }, given);
  const deed = [gerund(verb), ...rest].join(' ');
  const thing = thingOf(definition);
  if (thing.text === '' || rest.length > 0)
    return withArguments({ text: capitalized(deed), args: [] }, given);
  return withArguments({ text: `${capitalized(thing.text)}: ${deed}`, args: thing.args }, given);
}

export function handlerMessage(definition: FunctionDefinition): Message {
  return withArguments({ text: `${definition.name} failed`, args: [] }, argumentsOf(definition));
}

function cannot(definition: FunctionDefinition): string {
  const { name, owner } = definition;
  if (name.startsWith('__')) return `Invalid ${owner === null ? 'value' : classNameOf(owner)}`;
  const words = nameWords(definition);
  return isVerb(words[0] ?? '') ? `Cannot ${words.join(' ')}` : `${name} failed`;
}

function nameWords({ name, decorators }: FunctionDefinition): string[] {
  const words = wordsOf(name);
  return decorators.some((decorator) => decorator.endsWith('.setter')) ? ['set', ...words] : words;
}

/** What a method works on: `fleet`, or `vessel %s` with `self.name` where its objects have a name. */
function thingOf({ owner, statement }: FunctionDefinition): Message {
  if (owner === null) return { text: '', args: [] };
  const noun = wordsOf(classNameOf(owner)).join(' ');
  const identity = fieldsOf(owner).find((field) => /^(name|id|path)$/.test(field));
  const known =
    identity !== undefined &&
    ![...walkOwn(statement.body)].some(({ code }) => deletes(code, `self.${identity}`));
  return known ? { text: `${noun} %s`, args: [`self.${identity}`] } : { text: noun, args: [] };
}

function withArguments(message: Message, args: readonly Argument[]): Message {
  if (args.length === 0) return message;
  return {
    text: `${message.text}: ${labelled(args)}`,
    args: [...message.args, ...args.map(({ expression }) => expression)],
  };
}

function inParentheses(message: Message, args: readonly Argument[]): Message {
  if (args.length === 0) return message;
  return {
    text: `${message.text} (${labelled(args)})`,
    args: [...message.args, ...args.map(({ expression }) => expression)],
  };
}

function labelled(args: readonly Argument[]): string {
  return args.map(({ label }) => `${label}=%s`).join(', ');
}

/** What a call was given, secrets and bulk left out. */
function argumentsOf(
  { parameters, body }: FunctionDefinition,
  wanted: (parameter: Parameter) => boolean = () => true,
): Argument[] {
  const own = [...walkOwn(body)];
  return parameters
    .filter(({ name, star }) => star === '' && !/^(self|cls|_.*)$/.test(name))
    .filter(({ name }) => !isSecretName(name) && !BULK.test(name))
    .filter(({ annotation = '' }) => !/\b(bytes|bytearray|memoryview)\b/i.test(annotation))
    .filter(({ name }) => !own.some(({ code }) => deletes(code, name)))
    .filter(wanted)
    .slice(0, MOST_ARGUMENTS)
    .map(({ name }) => ({ label: name, expression: name }));
}

/** Objects of a class of the project may have no text worth reading. */
function isPlain({ annotation = '' }: Parameter): boolean {
  return /^$|^["']?(?:[a-z]\w*|Path|PurePath|Decimal|UUID|Optional|Union|Literal|Any)\b/.test(annotation);
}

/** An object by its name, where the function itself reads that on every path, so that the log call cannot fail. */
function identified({ body }: FunctionDefinition, args: readonly Argument[]): Argument[] {
  return args.map(({ label, expression }) => {
    if (
      body.some(({ code }) =>
        new RegExp(`\\b(?:not|if)\\s+${label}\\s*(?::|is\\b|and\\b|or\\b|$)`, 'u').test(code),
      )
    ) {
      return { label, expression };
    }
    const read = new RegExp(`\\b${label}\\.(?:name|id)\\b(?!\\s*\\()`, 'u');
    const reading = body.map(({ code }) => read.exec(code)?.[0]).find((found) => found !== undefined);
    return { label, expression: reading ?? expression };
  });
}

/** Whether a statement takes a name away, so that it cannot be read later. */
function deletes(code: string, name: string): boolean {
  return new RegExp(`^del\\s+(?:.*,\\s*)?\\(?${name.replace('.', '\\.')}\\s*(?:[,)]|$)`, 'u').test(code);
}
