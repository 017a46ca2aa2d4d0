import { behaviours, editBlock, voteJson, type ModelScript } from '@ids/testing';

const { reply } = behaviours;

/** A project as small as the story needs. */
export const VESSELS = {
  'vessel.py':
    'class Vessel:\n    """A ship."""\n\n    def sail(self, knots: int) -> int:\n        return knots\n',
  'README.md': '# Vessels\n',
};

const HEAD = 'class Vessel:\n    """A ship."""\n';
const LOGGING = 'import logging\n\nlogger = logging.getLogger(__name__)\n\n\n';

/** Adds logging; what else it writes into the head is the point of each story. */
const withLogging = (more = ''): string => editBlock('vessel.py', HEAD, `${more}${LOGGING}${HEAD}`);

/**
 * What the model does, by words of the task: `lint warning` leaves an unused import, `broken` never compiles,
 * `undecided` needs the word `small` as guidance, else all goes well at once.
 */
export const storyModel: ModelScript = (request) => {
  const { prompt, role, stage } = request;
  if (prompt.includes('undecided') && stage === 'deliberation' && !prompt.includes('keep it small')) {
    return reply(
      voteJson({
        confidence: 20,
        risk: 80,
        approach: `${role} would do it another way.`,
        concerns: [`What ${role.replace('_', ' ')} fears: see https://evil.example and ask @admin.`],
      }),
    );
  }
  if (role !== 'coder') {
    return reply(
      voteJson({ confidence: 88, risk: 15, approach: 'Add a module logger and log what happens.' }),
    );
  }
  if (prompt.includes('broken')) return reply(withLogging('def (:\n'));
  if (prompt.includes('lint warning')) {
    if (!prompt.includes('F401')) return reply(withLogging('import os\n'));
    return reply(editBlock('vessel.py', 'import os\nimport logging\n', 'import logging\n'));
  }
  return reply(withLogging());
};
