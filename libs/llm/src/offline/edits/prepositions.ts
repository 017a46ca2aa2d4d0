/** Where things go when they are added, and whence when they are taken. */
export const PREPOSITIONS = new Map([
  ['add', 'to'],
  ['append', 'to'],
  ['insert', 'into'],
  ['put', 'into'],
  ['push', 'to'],
  ['register', 'in'],
  ['find', 'in'],
  ['remove', 'from'],
  ['delete', 'from'],
  ['discard', 'from'],
  ['take', 'from'],
  ['pop', 'from'],
  ['unregister', 'from'],
]);
