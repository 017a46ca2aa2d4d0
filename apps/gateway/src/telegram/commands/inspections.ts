import { analyzeBodySchema, validateBodySchema, type Analysis } from '@ids/contracts';
import { analysisText, cut } from '@ids/rendering';
import type { Letter } from '../delivery/letters.js';
import type { Origin } from '../place.js';
import { parliamentParts } from '../text/parliament.js';
import { block, code, own } from '../text/rich-text.js';
import { validationLetter } from '../text/validation.js';
import type { CurrentProject } from './current-project.js';
import { putErrand, type Work } from './errands.js';
import { words } from './parse.js';
import type { CommandParts } from './parts.js';
import { Refusal, type Handler } from './refusal.js';

/** A phone shows about so many characters of code on a line before it wraps. */
const PHONE_WIDTH = 56;
const DOCUMENT_WIDTH = 100;
/** core.telegram.org/bots/api, "sendMessage": up to 4,096 characters. */
const MESSAGE = 3_800;
const CAPTION = 700;

/** Questions that a worker answers; each is an errand, so that its chat goes on meanwhile. */
export class InspectionCommands {
  constructor(
    private readonly parts: CommandParts,
    private readonly current: CurrentProject,
  ) {}

  readonly analyze: Handler = async ({ origin, rest }) => {
    const project = await this.current.needed(origin);
    const body = analyzeBodySchema.safeParse({ project: project.name, path: rest });
    if (!body.success) {
      const file = await this.current.knownFile(project);
      throw new Refusal([
        own('Name a file or a folder of '),
        code(project.name),
        own(', for example\n'),
        ...(file === undefined ? [] : [code(`/analyze ${file}`), own('\n')]),
        own('/analyze .', 'code'),
        own(' for the whole project'),
      ]);
    }
    await this.put(origin, { does: 'analyze', ...body.data });
  };

  readonly validate: Handler = async ({ origin, rest }) => {
    const project = await this.current.needed(origin);
    const paths = words(rest);
    const body = validateBodySchema.safeParse({ project: project.name, paths });
    if (!body.success)
      throw new Refusal([
        own('Too many or too long paths. Without any I check what was changed last: /validate'),
      ]);
    await this.put(origin, { does: 'validate', project: project.name, paths });
  };

  readonly parliament: Handler = ({ origin }) => this.put(origin, { does: 'parliament' });

  private async put(origin: Origin, work: Work): Promise<void> {
    await putErrand(this.parts.errands, origin, work);
  }

  /** What a worker says. @throws IdsError as `Inspection` does */
  async answer(work: Exclude<Work, { does: 'undo' }>): Promise<Letter> {
    const { inspection } = this.parts;
    switch (work.does) {
      case 'analyze':
        return analysisLetter(await inspection.analyze({ project: work.project, path: work.path }));
      case 'validate': {
        const named = work.paths.length === 0 ? {} : { paths: work.paths };
        return validationLetter(work.project, await inspection.validate({ project: work.project, ...named }));
      }
      default:
        return { parts: parliamentParts(await inspection.parliament()) };
    }
  }
}

/** Code in a message, or a document where it does not fit. */
function analysisLetter(analysis: Analysis): Letter {
  const lines = analysisText(analysis, { width: PHONE_WIDTH });
  const text = lines.join('\n');
  if (text.length <= MESSAGE) return { parts: [block(text)] };
  return {
    parts: [block(cut(lines, CAPTION).join('\n'))],
    document: { name: 'analysis.txt', content: analysisText(analysis, { width: DOCUMENT_WIDTH }).join('\n') },
  };
}
