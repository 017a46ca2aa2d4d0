import type { AgentRole } from '@ids/contracts';
import type { KnownTask } from './task.js';

interface View {
  readonly approach: string;
  readonly concerns: readonly string[];
}

/** What each persona says of a task that the rules know. */
export const VIEWS: Readonly<Record<KnownTask['kind'], Readonly<Record<AgentRole, View>>>> = {
  logging: {
    developer_progressive: {
      approach:
        'One logger per module by logging.getLogger(__name__), calls where state changes and before errors.',
      concerns: [],
    },
    developer_critic: {
      approach:
        'Touch nothing but the new lines; pass values as lazy %-arguments, so that nothing is formatted in vain.',
      concerns: [
        'A log call must not read anything that the code around it has not read, or it may fail by itself.',
      ],
    },
    architect_progressive: {
      approach:
        'The module only gets a logger; handlers and levels stay the business of the program that imports it.',
      concerns: [],
    },
    architect_critic: {
      approach: 'No basicConfig in a library module and no new dependency: the standard library is enough.',
      concerns: ['The names of loggers become part of what operators rely on once they filter by them.'],
    },
    sre_progressive: {
      approach:
        'info for each change of state and warning for each refused call give an operator the story of an incident.',
      concerns: [],
    },
    sre_critic: {
      approach:
        'Log levels by what a person must do: debug for detail, info for changes, warning for what was refused.',
      concerns: [
        'Never log passwords, tokens or whole payloads.',
        'No log call inside of a hot loop, or the volume will drown what matters.',
      ],
    },
    generalist: {
      approach:
        'All agree: a module logger, info on changes of state, warning before errors, lazy arguments, no secrets.',
      concerns: ['Keep to the log levels, and never log secrets.'],
    },
  },
  docstrings: {
    developer_progressive: {
      approach:
        'One line each for the module, its classes and its public functions, in the imperative (PEP 257).',
      concerns: [],
    },
    developer_critic: {
      approach: 'Say only what names and code prove, and leave docstrings that exist alone.',
      concerns: ['A docstring made of a name alone tells little; a person should add the why.'],
    },
    architect_progressive: {
      approach: 'Documented boundaries first: what is public is described, what is private is not.',
      concerns: [],
    },
    architect_critic: {
      approach: 'Name the errors that a function raises itself; they are part of its contract.',
      concerns: ['Docstrings drift from the code when they say more than they must.'],
    },
    sre_progressive: { approach: 'No behaviour changes, so this can go out at any time.', concerns: [] },
    sre_critic: {
      approach: 'Text only; nothing to roll out and nothing to watch.',
      concerns: ['Code that reads __doc__ would see the difference; that is rare.'],
    },
    generalist: {
      approach: 'All agree: short docstrings where there are none, no change of behaviour.',
      concerns: ['A person should add what the names do not say.'],
    },
  },
  hints: {
    developer_progressive: {
      approach: 'Annotate parameters by their literal defaults and results by what is returned.',
      concerns: [],
    },
    developer_critic: {
      approach: 'Leave out whatever the file does not prove; a wrong hint is worse than none.',
      concerns: ['A default of 1 does not say that no fraction is ever passed.'],
    },
    architect_progressive: { approach: 'Typed edges of a module make later changes safer.', concerns: [] },
    architect_critic: {
      approach: 'Builtin types only, so that no import and no newer Python is needed.',
      concerns: [
        'A type checker begins to look into functions once they have hints, and may find old errors there.',
      ],
    },
    sre_progressive: { approach: 'No behaviour changes at run time.', concerns: [] },
    sre_critic: {
      approach: 'Validate with the type checker where it is enabled.',
      concerns: ['Libraries that read annotations at run time would see the difference.'],
    },
    generalist: {
      approach: 'All agree: hints only where the file proves them.',
      concerns: ['The rest needs knowledge of the callers.'],
    },
  },
  rename: {
    developer_progressive: {
      approach: 'Rename the definition and each use of it in the files at hand, by token and not by text.',
      concerns: [],
    },
    developer_critic: {
      approach: 'Strings, comments and keyword arguments of the same name stay as they are.',
      concerns: ['Uses in files that are not shown here would break; the imports layer finds most of them.'],
    },
    architect_progressive: { approach: 'A better name now is cheaper than later.', concerns: [] },
    architect_critic: {
      approach: 'Rename in one change set, so that no state in between is ever on disk.',
      concerns: ['If the name is public, callers outside of the project need a word about it.'],
    },
    sre_progressive: {
      approach: 'No behaviour changes; a rollback restores the old name as a whole.',
      concerns: [],
    },
    sre_critic: {
      approach: 'Look for the name in configuration, dashboards and serialized data before the release.',
      concerns: ['Names that are looked up by text at run time are not seen by this change.'],
    },
    generalist: {
      approach: 'All agree: rename by token in all files at hand, in one change set.',
      concerns: ['Uses outside of these files are not covered.'],
    },
  },
};
