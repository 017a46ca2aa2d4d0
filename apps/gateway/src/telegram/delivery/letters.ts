import type { ChatOutbox } from '@ids/store';
import type { Buttons } from '../buttons/buttons.js';
import type { Button } from '../buttons/press.js';
import { isPrivate, type Origin, type Place } from '../place.js';
import { richText, type Part, type RichText } from '../text/rich-text.js';
import { split } from '../text/split.js';
import type { Keyboard, Outgoing } from './outgoing.js';

/** More than these are no message any more but a document. */
const MOST_PIECES = 4;
/** core.telegram.org/bots/api, "sendDocument": captions of up to 1,024 characters; the rest is for the eye. */
const CAPTION = 900;
/** A slow line is to bear it within the time of a call; a longer diff is shown by the command line. */
const MAX_DOCUMENT = 1_000_000;

export interface Letter {
  readonly parts: readonly Part[];
  /** Below the last piece. */
  readonly buttons?: readonly (readonly Button[])[];
  readonly document?: { readonly name: string; readonly content: string };
}

/** To whom a letter goes that answers no update directly. */
export interface Addressee {
  readonly place: Place;
  /** The message that it replies to. */
  readonly message: number;
  /** Who may press its buttons. */
  readonly owner: number;
}

/**
 * Puts messages into the outbox, each once however often it is put: its id says what it answers. Long text becomes
 * several messages, very long text a document.
 */
export class Letters {
  constructor(
    private readonly outbox: ChatOutbox,
    private readonly buttons: Buttons,
  ) {}

  /** Answers an update; `name` tells the answers to one update apart. */
  async answer(origin: Origin, name: string, letter: Letter): Promise<void> {
    await this.send(addresseeOf(origin), `update:${origin.update}:${name}`, letter);
  }

  /** Sends a letter of this id, once. */
  async send(to: Addressee, id: string, letter: Letter): Promise<void> {
    const keyboard = await this.keyboard(to, id, letter);
    const pieces = split(richText(letter.parts));
    if (letter.document !== undefined) {
      await this.put(to, id, [documentOf(to, letter.document, captionOf(letter), keyboard)]);
    } else if (pieces.length > MOST_PIECES) {
      // What keeps clients from finding links is of no use in a file.
      const content = letter.parts.map(({ text }) => text.replaceAll('\u2060', '')).join('');
      await this.put(to, id, [documentOf(to, { name: 'answer.txt', content }, captionOf(letter), keyboard)]);
    } else {
      await this.put(to, id, messagesOf(to, pieces, keyboard));
    }
  }

  /**
   * The one message of a session that shows its progress. The first is an answer; of the later ones, whose `id` must
   * differ, only the newest that waits is sent, as an edit.
   */
  async living(to: Addressee, session: string, id: string, letter: Letter, first: boolean): Promise<void> {
    const [piece] = split(richText(letter.parts));
    if (piece === undefined) return;
    const keyboard = await this.keyboard(to, `${session}:${id}`, letter);
    const payload: Outgoing = { kind: 'living', ...destination(to), session, ...copied(piece), keyboard };
    await this.outbox.put({
      id: `living:${session}:${id}`,
      chat: String(to.place.chat),
      ...(first ? {} : { key: `living:${session}` }),
      payload,
    });
  }

  /** Makes the message whose button was pressed show this instead. */
  async replace(origin: Origin, letter: Letter): Promise<void> {
    const [piece] = split(richText(letter.parts));
    if (piece === undefined) return;
    const { place, message } = origin;
    const id = `update:${origin.update}:replace`;
    const keyboard = await this.keyboard(addresseeOf(origin), id, letter);
    await this.put(origin, id, [{ kind: 'edit', place, message, ...copied(piece), keyboard }]);
  }

  /** Takes the buttons off the message whose button was pressed. */
  async unbutton(origin: Origin): Promise<void> {
    const { place, message } = origin;
    await this.put(origin, `update:${origin.update}:unbutton`, [{ kind: 'unbutton', place, message }]);
  }

  /** All or nothing, so that what is made again in other pieces is not told twice in part. */
  private async put(
    { place }: { readonly place: Place },
    id: string,
    [payload, ...more]: readonly Outgoing[],
  ): Promise<void> {
    if (payload === undefined) return;
    await this.outbox.put({ id, chat: String(place.chat), payload, more });
  }

  private async keyboard(to: Addressee, id: string, letter: Letter): Promise<Keyboard> {
    return await this.buttons.keyboard(id, letter.buttons ?? [], { owner: to.owner, place: to.place });
  }
}

function addresseeOf({ place, message, asker, owner = asker.id }: Origin): Addressee {
  return { place, message, owner };
}

/** Where people talk with others too, an answer shows what it answers. */
function destination({ place, message }: Addressee): { place: Place; replyTo?: number } {
  return isPrivate(place) ? { place } : { place, replyTo: message };
}

function messagesOf(to: Addressee, pieces: readonly RichText[], keyboard: Keyboard): Outgoing[] {
  return pieces.map((piece, index) => ({
    kind: 'message',
    ...destination(to),
    ...copied(piece),
    keyboard: index === pieces.length - 1 ? keyboard : [],
  }));
}

function documentOf(
  to: Addressee,
  document: { readonly name: string; readonly content: string },
  caption: RichText,
  keyboard: Keyboard,
): Outgoing {
  const content = bounded(document.content);
  return { kind: 'document', ...destination(to), ...document, content, caption: copied(caption), keyboard };
}

function bounded(content: string): string {
  if (content.length <= MAX_DOCUMENT) return content;
  const end = content.lastIndexOf('\n', MAX_DOCUMENT);
  return `${content.slice(0, end > 0 ? end : MAX_DOCUMENT)}\n… it goes on, too long for a chat\n`;
}

function captionOf({ parts }: Letter): RichText {
  return split(richText(parts), CAPTION)[0] ?? { text: '', entities: [] };
}

function copied({ text, entities }: RichText): { text: string; entities: RichText['entities'][number][] } {
  return { text, entities: [...entities] };
}
