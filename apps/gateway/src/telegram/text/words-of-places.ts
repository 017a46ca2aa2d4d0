import type { Place } from '../place.js';

/** What people call where something was said. */
export function placeWord({ thread }: Place): 'chat' | 'topic' {
  return thread === undefined ? 'chat' : 'topic';
}
