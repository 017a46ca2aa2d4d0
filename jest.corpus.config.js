import base from './jest.config.js';

/** The tests over large bodies of real code, for `npm run test:corpus`. */
export default {
  ...base,
  testTimeout: 300_000,
  roots: ['<rootDir>/test/corpus'],
  testRegex: ['\\.corpus-spec\\.ts$'],
};
